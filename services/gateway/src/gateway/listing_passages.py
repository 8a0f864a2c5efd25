"""Passages as both the API and the page show them, each with the way to its page in the PDF."""

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from common.vectors.sifting import holds
from gateway import cards, highlight, hits, pdf
from gateway.metrics import SEARCH
from gateway.pdf import Opens
from gateway.ports import Card, Filters, Found, Index
from gateway.views import PassageItem
from gateway.views_passages import FoundPassage, PassageLinks

MOST_HITS = 50
OF_ONE_PAPER = 3
WIDER = 4
"""So many passages are looked at for each that is shown, for a paper may have many good ones."""
MOST_ASKED = 200
_OF_PAPERS: dict[str, Any] = {
    **dict.fromkeys(("has_pdf", "full_text", "summarised")),
    **dict.fromkeys(("licences", "words"), ()),
}
"""What passages do not know of their paper."""


class Answered(NamedTuple):
    """Passages, those of a paper together, the paper with the best one first."""

    items: list[FoundPassage]
    took_ms: float


async def search(index: Index, text: str, wanted: Filters, *, limit: int) -> Answered:
    """The passages of all papers that answer best, at most three of one paper.

    The index narrows passages by categories, feeds, days and ids of papers; for anything else the
    papers of the passages found are looked at.
    """
    started = time.perf_counter()
    within = msgspec.structs.replace(wanted, **_OF_PAPERS)
    further = within != wanted
    asked = MOST_ASKED if further else min(limit * WIDER, MOST_ASKED)
    found = await index.all_passages(text, within, limit=asked)
    best = found if further else _best(found, limit)
    papers = [*dict.fromkeys(one.paper for one in best)]
    known = {card.paper: card for card in await index.these(papers)}
    if further:
        fitting = (one for one in found if _fits(one, known.get(one.paper), wanted))
        best = _best(fitting, limit)
    SEARCH.labels("passages").observe(time.perf_counter() - started)
    stems = highlight.stems(text)
    items = [_hit(one, known[one.paper], stems) for one in best if one.paper in known]
    return Answered(items, round((time.perf_counter() - started) * 1000, 3))


def opens_of(card: Card) -> Opens:
    """Where the pages of a paper open, as far as the index knows."""
    licence, stored = card.licence, card.has_pdf
    return pdf.opens(card.paper, version=card.version, licence=licence, stored=stored)


def of_paper(found: list[Found], text: str, opens: Opens) -> list[PassageItem]:
    """The passages of one paper that were found, each with where its page opens."""
    stems = highlight.stems(text)
    return [
        PassageItem(
            text=one.text,
            page=one.page,
            section=one.section,
            score=round(one.score, 6),
            snippet=hits.runs(one.text, stems),
            at_page=opens.at(one.page),
        )
        for one in found
    ]


def _fits(one: Found, card: Card | None, wanted: Filters) -> bool:
    """Whether the paper of a passage fits; words that must be there may be in the passage."""
    if card is None:
        return False
    return holds(wanted, msgspec.structs.replace(card, abstract=f"{card.abstract} {one.text}"))


def _best(found: Iterable[Found], limit: int) -> list[Found]:
    """The best ``limit``, at most three of a paper, those of a paper together."""
    by_paper: dict[str, list[Found]] = {}
    for one in found:
        of_it = by_paper.setdefault(one.paper, [])
        if len(of_it) < OF_ONE_PAPER:
            of_it.append(one)
    return [one for of_it in by_paper.values() for one in of_it][:limit]


def _hit(one: Found, card: Card, stems: frozenset[str]) -> FoundPassage:
    opens = opens_of(card)
    return FoundPassage(
        paper=card.paper,
        title=card.title,
        authors=card.authors[: cards.MAX_AUTHORS],
        authors_total=card.authors_total or len(card.authors),
        announced=card.announced,
        page=one.page,
        section=one.section,
        text=one.text,
        snippet=tuple(hits.runs(one.text, stems)),
        score=round(one.score, 6),
        links=PassageLinks(
            paper=cards.api_path(card.paper), page=opens.page, at_page=opens.at(one.page)
        ),
    )
