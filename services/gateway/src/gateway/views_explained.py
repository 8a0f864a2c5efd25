"""What the API answers about why a paper is where it is."""

from typing import Annotated

import msgspec

from gateway.view import View


class PartView(View, frozen=True, kw_only=True):
    """Where a paper stood in one of the lists that a ranking is made of."""

    name: Annotated[str, msgspec.Meta(examples=["meaning"])]
    rank: Annotated[int, msgspec.Meta(examples=[3], description="From 1")]
    score: Annotated[float, msgspec.Meta(description="As the list has it: a cosine, a BM25 score")]
    share: Annotated[float, msgspec.Meta(description="What it brought to the paper's score")]


class Matched(View, frozen=True, kw_only=True):
    """A part of the query that the paper holds."""

    text: str
    place: Annotated[str, msgspec.Meta(examples=["title"])]
    count: int


class Explanation(View, frozen=True, kw_only=True):
    """Why a paper is where it is."""

    recipe: Annotated[str, msgspec.Meta(description="Version of the ranking; empty without one")]
    parts: list[PartView]
    matched: list[Matched] = msgspec.field(default_factory=list)
    covered: Annotated[
        float,
        msgspec.Meta(description="The part of the query it holds, which a watch would score it by"),
    ] = 0.0
