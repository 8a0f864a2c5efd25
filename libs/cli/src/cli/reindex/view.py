"""The state of the index in all its models."""

import msgspec

from cli.reindex.catalogue import named
from cli.reindex.desk import Desk
from cli.reindex.run import FLOAT_BYTES, Beat, last_beat
from common.vectors.spaces import Space


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """One model and how complete its index is."""

    model: str
    dim: int
    kind: str
    answers: bool
    lacking: int
    """Papers that are not there as the log has them."""
    first_lacking: str
    vector_bytes: int


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What ``paperbus reindex status`` tells."""

    papers: int
    passages: int
    switched: bool
    """Whether the index can be rolled back."""
    spaces: tuple[Filled, ...]
    fill: Beat | None
    """The newest word of a fill, at work or ended."""


async def state_of(desk: Desk) -> State:
    """Count everything; mends a record that a broken switch left behind."""
    known = await desk.known()
    filled = [await _filled(desk, space, known.spaces.serving) for space in known.spaces.all]
    return State(
        papers=len(desk.catalogue.papers),
        passages=desk.catalogue.passages,
        switched=known.spaces.switched,
        spaces=tuple(filled),
        fill=await last_beat(desk),
    )


async def _filled(desk: Desk, space: Space, serving: Space) -> Filled:
    gaps = await desk.gaps(space)
    points = len(desk.catalogue.papers) + desk.catalogue.passages
    return Filled(
        model=space.model,
        dim=space.dim,
        kind=space.kind,
        answers=space == serving,
        lacking=len(gaps),
        first_lacking=named(gaps),
        vector_bytes=points * space.dim * FLOAT_BYTES,
    )
