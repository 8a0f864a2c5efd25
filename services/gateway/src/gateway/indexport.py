"""What the gateway asks of the index, and what it is answered; met by ``gateway.index``."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from common.ranking.fusing import Ranked, Standing
from common.vectors.filters import Filters as Filters
from gateway.shelf.wish import Wish

ALL_PAPERS = Filters()
HYBRID, KEYWORD, SEMANTIC = "hybrid", "keyword", "semantic"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What the index keeps about the newest version of a paper."""

    paper: str
    version: int
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    authors_total: int = 0
    categories: tuple[str, ...] = ()
    submitted: str = ""
    updated: str = ""
    announced: str = ""
    tldr: str = ""
    licence: str = ""
    doi: str = ""
    journal_ref: str = ""
    has_pdf: bool = False
    full_text: bool = False
    withdrawn: bool = False
    feeds: tuple[str, ...] = ()


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A paper a search found; a higher score is better, scores of two queries do not compare."""

    card: Card
    score: float
    standings: tuple[Standing, ...] = ()
    """Where it stood in each list that was put together."""


class Sought(NamedTuple):
    """What a search looks for."""

    text: str
    mode: str = HYBRID
    wanted: Filters = ALL_PAPERS
    blend_ms: int | None = None
    """Let newer papers come first where they fit as well; this is now, in epoch milliseconds."""


class Looked(NamedTuple):
    """The order a search came to, by point, and the cards of its first papers."""

    order: list[Ranked]
    cards: dict[str, Card]

    def scored(self, limit: int) -> list[Scored]:
        """The first papers of the order that have a card."""
        return [
            Scored(card=self.cards[found.point], score=found.score, standings=found.standings)
            for found in self.order[:limit]
            if found.point in self.cards
        ]


class Recommended(msgspec.Struct, frozen=True, kw_only=True):
    """A paper somebody may want, the best first."""

    card: Card
    score: float
    reason: str
    """Why, in words."""
    standings: tuple[Standing, ...] = ()
    """Where it stood in each list that was put together."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A passage a search found; ``page`` 0 means that it is not from the PDF."""

    paper: str
    text: str
    score: float
    no: int = 0
    page: int = 0
    section: str = ""


class Index(Protocol):
    """The derived view that is searched; every method raises Unavailable."""

    async def newest(
        self, wanted: Filters, *, limit: int, after: str = ""
    ) -> tuple[list[Card], str]:
        """Cards, newest first, after the given place; and the next place, empty at the end."""

    async def rank(self, sought: Sought, *, limit: int) -> Looked:
        """The order of a search, and the cards of the first ``limit``."""

    async def at(self, points: Sequence[str]) -> dict[str, Card]:
        """The cards of those points of an order that are still there."""

    async def search(
        self, text: str, wanted: Filters, *, mode: str = HYBRID, limit: int
    ) -> list[Scored]:
        """The best papers; mode hybrid, keyword or semantic."""

    async def named(self, doi: str) -> Card | None:
        """The paper whose record names a DOI, or None."""

    async def by_dois(self, dois: Sequence[str]) -> dict[str, Card]:
        """The papers whose records name those DOIs, by DOI as asked."""

    async def get(self, paper: str) -> Card | None:
        """The card of one paper, or None."""

    async def these(self, papers: Sequence[str]) -> list[Card]:
        """The cards of those papers that are in the index, in the order asked."""

    async def similar(
        self, paper: str, wanted: Filters = ALL_PAPERS, *, limit: int
    ) -> list[Scored]:
        """Papers near this one, without it; empty when it is not in the index."""

    async def recommend(self, wish: Wish, wanted: Filters, *, limit: int) -> list[Recommended]:
        """Papers that fit a wish, with the reason; empty when nothing can be learned from it."""

    async def passages(self, text: str, *, paper: str, limit: int) -> list[Found]:
        """The passages of one paper that answer best."""

    async def all_passages(
        self, text: str, wanted: Filters = ALL_PAPERS, *, limit: int
    ) -> list[Found]:
        """The passages of all papers that answer best.

        They know their paper's categories, feeds, day and id; nothing else may narrow them.
        """

    async def near_texts(self, texts: Sequence[str], words: str, *, limit: int) -> list[Scored]:
        """Papers near what the texts mean together, and near the words."""

    async def count(self, wanted: Filters) -> int:
        """How many papers there are."""

    async def facet(self, field: str, wanted: Filters, *, limit: int) -> list[tuple[str, int]]:
        """The most frequent values of an indexed field, with how many papers have each."""
