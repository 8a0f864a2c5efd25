"""Papers that were found as the API and the page show them."""

from common.querying import Query, Texts
from common.ranking.covering import covered
from common.ranking.fusing import Standing
from common.ranking.recipe import RECIPE
from gateway import cards, highlight
from gateway.ports import Card, Scored
from gateway.views import HitItem, Run
from gateway.views_explained import Explanation, Matched, PartView


def hit_items(hits: list[Scored], text: str) -> list[HitItem]:
    """Scored cards, with the words of the text marked."""
    wanted = highlight.stems(text)
    return [item(hit, wanted) for hit in hits]


def outright(card: Card, text: str, *, explain: bool) -> HitItem:
    """The one paper that a query names by its id or DOI."""
    matched = [Matched(text=text.strip(), place="id", count=1)]
    told = Explanation(recipe="", parts=[], matched=matched) if explain else None
    return item(Scored(card=card, score=1.0), frozenset(), told)


def item(hit: Scored, wanted: frozenset[str], told: Explanation | None = None) -> HitItem:
    """One scored card; ``wanted`` are the stems to mark."""
    listed = cards.item(hit.card)
    fields = {name: getattr(listed, name) for name in listed.__struct_fields__}
    return HitItem(
        **fields,
        score=round(hit.score, 6),
        snippet=runs(hit.card.abstract, wanted),
        title_runs=runs(hit.card.title, wanted, chars=len(hit.card.title)),
        explanation=told,
    )


def runs(text: str, wanted: frozenset[str], *, chars: int = highlight.SNIPPET_CHARS) -> list[Run]:
    """A snippet as the API shows it."""
    parts = highlight.snippet(text, wanted, chars=chars)
    return [Run(text=part.text, marked=part.marked) for part in parts]


def explained(query: Query, card: Card, standings: tuple[Standing, ...]) -> Explanation:
    """Why a paper is where it is: its standing in each list, and what it holds of the query."""
    parts = [
        PartView(name=one.name, rank=one.rank, score=round(one.score, 6), share=round(one.share, 6))
        for one in standings
    ]
    texts = Texts(
        title=card.title,
        abstract=card.abstract,
        authors=card.authors,
        categories=card.categories,
        feeds=card.feeds,
        announced=card.announced,
        paper=card.paper,
    )
    held = covered(query, texts)
    return Explanation(
        recipe=RECIPE.version if parts else "",
        parts=parts,
        matched=[Matched(text=one.text, place=one.place, count=one.count) for one in held.hits],
        covered=held.score,
    )
