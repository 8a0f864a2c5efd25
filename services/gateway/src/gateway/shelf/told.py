"""Recommendations as the API shows them."""

from typing import Annotated

import msgspec

from gateway import cards
from gateway.ports import Recommended
from gateway.views import PaperItem, View
from gateway.views_explained import PartView


class RecommendedItem(PaperItem, frozen=True, kw_only=True):
    """A paper you may want."""

    score: float
    reason: Annotated[str, msgspec.Meta(examples=["Like “Graph networks”, which you liked"])]
    explain: tuple[PartView, ...] | None = None
    """Only when it was asked for."""


class RecommendationList(View, frozen=True, kw_only=True):
    """Papers you may want, the best first."""

    items: list[RecommendedItem]
    basis: Annotated[str, msgspec.Meta(examples=["taste"])]
    """taste: learned from what you say; popular: what people here like; newest; similar."""
    days: int
    """How many days back one looked; 0 is all time."""
    recipe: str
    """The version of the ranking."""


def item(one: Recommended, *, explain: bool) -> RecommendedItem:
    """One recommendation as the API shows it."""
    stood = tuple(
        PartView(name=at.name, rank=at.rank, score=round(at.score, 6), share=round(at.share, 6))
        for at in one.standings
    )
    return RecommendedItem(
        **msgspec.structs.asdict(cards.item(one.card)),
        score=round(one.score, 6),
        reason=one.reason,
        explain=stood if explain else None,
    )
