"""What each ``paperbus reindex`` command does, from settings to an answer."""

from collections.abc import Callable, Sequence

import msgspec

from cli.reindex import moves
from cli.reindex.desk import opened
from cli.reindex.fill import Tally
from cli.reindex.overlap import Query
from cli.reindex.run import Report, Run, last_beat, refuse_second
from cli.reindex.view import State, state_of
from cli.settings import Settings
from common.embed.factory import LOCAL_MODEL, STATIC_MODEL
from common.errors import UsageError
from common.settings import EmbedSettings
from common.vectors.spaces import Space, Spaces

KINDS = {LOCAL_MODEL: "local", STATIC_MODEL: "static"}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The model that is wanted, and how to try it."""

    model: str
    embedding_kind: str | None
    embedding_dir: str
    embedding_base_url: str
    embedding_dimensions: int
    queries: Sequence[str]
    sample: int
    usd_per_million: float


def settings_for(asked: Asked, own: EmbedSettings) -> EmbedSettings:
    """The settings that lead to the wanted model; raises UsageError when its kind is unknown."""
    kind = asked.embedding_kind or KINDS.get(asked.model)
    kind = kind or ("local" if asked.embedding_dir else None)
    if kind is None:
        known = " or ".join(KINDS)
        raise UsageError("--embedding-kind", f"say how to load {asked.model}; known are {known}")
    return msgspec.convert(
        {
            **msgspec.structs.asdict(own),
            "embedding_kind": kind,
            "embedding_model": asked.model,
            "embedding_dir": asked.embedding_dir,
            "embedding_base_url": asked.embedding_base_url or own.embedding_base_url,
            "embedding_dimensions": asked.embedding_dimensions,
        },
        EmbedSettings,
    )


async def fill(
    settings: Settings, asked: Asked, wanted: EmbedSettings, say: Callable[[Tally], None]
) -> Report:
    """Fill the index of another model beside the one that answers; ``settings_for`` leads to it."""
    async with opened(settings) as desk:
        await refuse_second(desk)
        space = await moves.begin(desk, wanted)
        queries = [Query(line.strip()) for line in asked.queries if line.strip()]
        run = Run(desk, space, say)
        return await run.fill(queries or asked.sample, asked.usd_per_million)


async def status(settings: Settings) -> State:
    """How complete each model is."""
    async with opened(settings) as desk:
        return await state_of(desk)


async def switch(settings: Settings, *, accept_worse: bool) -> Spaces:
    """Let the new model answer."""
    async with opened(settings) as desk:
        beat = await last_beat(desk)
        told = beat.agreement if beat else None
        found = told.own_at_10 if told and not accept_worse else None
        return await moves.turn(desk, back=False, found=found)


async def rollback(settings: Settings) -> Spaces:
    """Let the former model answer again."""
    async with opened(settings) as desk:
        return await moves.turn(desk, back=True)


async def drop(settings: Settings) -> Space:
    """Delete the index of the model that does not answer."""
    async with opened(settings) as desk:
        return await moves.drop(desk)
