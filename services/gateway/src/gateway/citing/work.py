"""What is written of a paper in every format."""

import re
from datetime import date
from typing import NamedTuple

import msgspec

from common.events import PaperMeta
from common.paperid import PaperId
from gateway import cards
from gateway.citing.names import Name, name_of
from gateway.citing.source import line, plain
from gateway.ports import Card
from gateway.shelf.said import Said


class Day(NamedTuple):
    """A date as far as it is known; 0 for what is not."""

    year: int = 0
    month: int = 0
    day: int = 0


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One paper, and what somebody says of it; every text is one line."""

    paper: str
    title: str
    authors: tuple[str, ...] = ()
    more_authors: bool = False
    """Whether there are others than those."""
    abstract: str = ""
    categories: tuple[str, ...] = ()
    doi: str = ""
    journal: str = ""
    version: int = 0
    announced: str = ""
    submitted: str = ""
    tldr: str = ""
    full_text: bool = False
    has_pdf: bool = False
    withdrawn: bool = False
    said: Said | None = None

    @property
    def eprint(self) -> str:
        """The arXiv id, or nothing."""
        name = PaperId(self.paper)
        return name.local if name.scheme == "arxiv" else ""

    @property
    def url(self) -> str:
        """Where everyone finds it; empty for a paper that was uploaded."""
        links = cards.links(self.paper, doi=self.doi)
        return links.source_abs or links.doi

    @property
    def pdf_url(self) -> str:
        """Where everyone finds its PDF, if it is known."""
        return cards.links(self.paper).source_pdf

    @property
    def day(self) -> Day:
        """When it first came out."""
        for text in (self.submitted, self.announced):
            try:
                found = date.fromisoformat(text[:10])
            except ValueError:
                continue
            return Day(found.year, found.month, found.day)
        return Day()

    @property
    def names(self) -> tuple[Name, ...]:
        """Its authors in parts, accents as characters."""
        return tuple(name_of(plain(author)) for author in self.authors)

    @property
    def file_name(self) -> str:
        """Its id as the name of a file, without a suffix."""
        return (
            re.sub(r"[^A-Za-z0-9.-]+", "_", PaperId(self.paper).local)[:80].strip("._") or "paper"
        )


def of_card(card: Card, said: Said | None = None) -> Work:
    """A paper as the index has it."""
    paper = PaperId(card.paper)
    return Work(
        paper=card.paper,
        title=line(card.title),
        authors=tuple(name for one in card.authors if (name := line(one))),
        more_authors=card.authors_total > len(card.authors),
        abstract=line(card.abstract),
        categories=card.categories,
        doi=line(card.doi) or (paper.local if paper.scheme == "doi" else ""),
        journal=line(card.journal_ref),
        version=card.version,
        announced=card.announced,
        submitted=card.submitted,
        tldr=line(card.tldr),
        full_text=card.full_text,
        has_pdf=card.has_pdf,
        withdrawn=card.withdrawn,
        said=said,
    )


def of_meta(paper: str, version: int, meta: PaperMeta, said: Said | None = None) -> Work:
    """A paper as its source describes it."""
    return of_card(cards.card_of(paper, version, meta), said)
