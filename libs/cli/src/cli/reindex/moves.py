"""The steps of moving the index to another model: begin, switch, drop."""

import msgspec

from cli.reindex.catalogue import named
from cli.reindex.desk import Desk, space_of
from common.errors import Terminal, UsageError
from common.settings import EmbedSettings
from common.vectors import collections
from common.vectors.spaces import Space, Spaces

WORST = 0.98
"""Least share of the old model's finds that the new one must keep."""


async def begin(desk: Desk, asked: EmbedSettings) -> Space:
    """The space to fill; from here on every new paper is written to it too.

    Raises UsageError when the index is on its way to yet another model.
    """
    spaces, revision = await desk.known()
    known = _same(spaces, asked)
    if known is not None:
        return known
    if spaces.also is not None:
        raise UsageError(
            "model",
            f"the index is kept in {spaces.serving.model} and {spaces.also.model} already; "
            "run `paperbus reindex drop` first",
        )
    space = await space_of(asked)
    if space.model != asked.embedding_model:
        raise UsageError(
            "model",
            f"these settings lead to {space.model}, not to {asked.embedding_model}; "
            "give --embedding-kind and --embedding-dir that fit",
        )
    if space.collection == spaces.serving.collection:
        raise UsageError("model", f"{space.model} is the model of the index already")
    await collections.make(desk.client, space.model, space.dim, desk.settings.vectors)
    await desk.record(Spaces(serving=spaces.serving, also=space), revision)
    return space


def _same(spaces: Spaces, asked: EmbedSettings) -> Space | None:
    for space in spaces.all:
        length = asked.embedding_dimensions in (0, space.dim)
        if space.model == asked.embedding_model and length:
            return space
    return None


async def turn(desk: Desk, *, back: bool, found: tuple[float, float] | None = None) -> Spaces:
    """Let the other model answer from now on; both keep being written to.

    ``found`` is what both models found of what they had to find. Raises UsageError when there is
    nothing to go to, Terminal when that is not complete.
    """
    spaces, revision = await desk.known()
    goal = _goal(spaces, back=back)
    gaps = await desk.gaps(goal)
    if gaps:
        raise Terminal(
            f"{goal.model} lacks {len(gaps)} of {len(desk.catalogue.papers)} papers: "
            f"{named(gaps)}. Fill it with `paperbus reindex --model {goal.model}`",
            reason="incomplete",
        )
    if found is not None and found[1] < WORST * found[0]:
        raise Terminal(
            f"{goal.model} finds {found[1]:.3f} of the sample, {spaces.serving.model} "
            f"{found[0]:.3f}; switch with --accept-worse if that is what you want",
            reason="worse",
        )
    await collections.switch(desk.client, goal.model, goal.dim)
    turned = spaces.turned(goal.collection)
    await desk.record(turned, revision)
    return turned


def _goal(spaces: Spaces, *, back: bool) -> Space:
    if spaces.also is None:
        raise UsageError("index", f"there is only {spaces.serving.model}, nothing to go to")
    if spaces.switched != back:
        mend = "rollback" if spaces.switched else "switch"
        raise UsageError("index", f"{spaces.serving.model} answers; use `paperbus reindex {mend}`")
    return spaces.also


async def drop(desk: Desk) -> Space:
    """Give up the model that does not answer; raises UsageError when there is none."""
    spaces, revision = await desk.known()
    if spaces.also is None:
        raise UsageError("index", f"there is only {spaces.serving.model}, nothing to drop")
    alone = msgspec.structs.replace(spaces, also=None, switched=False)
    await desk.record(alone, revision)
    await collections.drop(desk.client, spaces.also.model, spaces.also.dim)
    return spaces.also
