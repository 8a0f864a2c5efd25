"""Recommendations as the API shows them."""

from typing import Annotated

import msgspec

from gateway import cards
from gateway.ports import Recommended
from gateway.views import PaperItem, View


class Standing(View, frozen=True, kw_only=True):
    """Where a paper stood in one of the lists that were put together."""

    name: Annotated[str, msgspec.Meta(examples=["meaning"])]
    rank: int
    score: float
    share: float
    """What it brought to the score."""


class RecommendedItem(PaperItem, frozen=True, kw_only=True):
    """A paper you may want."""

    score: float
    reason: Annotated[str, msgspec.Meta(examples=["Like “Graph networks”, which you liked"])]
    explain: tuple[Standing, ...] | None = None
    """Only when it was asked for."""


class RecommendationList(View, frozen=True, kw_only=True):
    """Papers you may want, the best first."""

    items: list[RecommendedItem]
    basis: Annotated[str, msgspec.Meta(examples=["taste"])]
    """taste: learned from what you say; popular: what people here like; newest; text."""
    days: int
    """How many days back one looked; 0 is all time."""
    recipe: str
    """The version of the ranking."""


def item(one: Recommended, *, explain: bool) -> RecommendedItem:
    """One recommendation as the API shows it."""
    listed = cards.item(one.card)
    fields = {name: getattr(listed, name) for name in listed.__struct_fields__}
    stood = tuple(
        Standing(name=at.name, rank=at.rank, score=round(at.score, 6), share=round(at.share, 6))
        for at in one.standings
    )
    return RecommendedItem(
        **fields,
        score=round(one.score, 6),
        reason=one.reason,
        explain=stood if explain else None,
    )
