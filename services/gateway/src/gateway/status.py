"""How the whole system is: stores, counts, waiting work."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import msgspec

from common.errors import ServiceError
from gateway import readiness
from gateway.ports import Filters, Lag, Stores
from gateway.readiness import failing

T = TypeVar("T")


class StoreState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a store answers; ``problem`` is empty when it does."""

    name: str
    reachable: bool
    problem: str = ""


class StatusView(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the system in one look."""

    version: str
    papers: int | None
    """Papers that can be found; None when the index does not answer."""
    with_full_text: int | None
    last_sequence: int | None
    live_streams: int
    stores: list[StoreState]
    lag: list[Lag]
    dead_letters: int | None = None


async def view(stores: Stores, *, streams: int) -> StatusView:
    """Everything; what cannot be asked is None."""
    problems, papers, full, lag, last, dead = await asyncio.gather(
        failing(stores.checks),
        asked(stores.index.count(Filters())),
        asked(stores.index.count(Filters(full_text=True))),
        asked(stores.lag()),
        asked(stores.bus.last_seq()),
        asked(stores.letters.count()),
    )
    return StatusView(
        version=stores.version,
        papers=papers,
        with_full_text=full,
        last_sequence=last,
        live_streams=streams,
        stores=[
            StoreState(name=name, reachable=name not in problems, problem=problems.get(name, ""))
            for name in stores.checks
        ],
        lag=lag or [],
        dead_letters=dead,
    )


async def asked(answer: Awaitable[T]) -> T | None:
    """What a store answers soon, or None."""
    try:
        async with asyncio.timeout(readiness.CHECK_S):
            return await answer
    except (ServiceError, TimeoutError):
        return None
