"""How the whole system is: stores, counts, waiting work."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import msgspec

from common.errors import ServiceError
from gateway.ports import Check, Filters, Lag, Stores

T = TypeVar("T")
CHECK_S = 3.0


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


async def failing(stores: Stores) -> dict[str, str]:
    """Names of stores that do not answer, with why."""
    names = list(stores.checks)
    told = await asyncio.gather(*(_problem(stores.checks[name]) for name in names))
    return {name: problem for name, problem in zip(names, told, strict=True) if problem}


async def _problem(check: Check) -> str:
    try:
        async with asyncio.timeout(CHECK_S):
            await check()
    except TimeoutError:
        return f"no answer within {CHECK_S:g} s"
    except ServiceError as error:
        return str(error) or type(error).__name__
    return ""


async def view(stores: Stores, *, streams: int) -> StatusView:
    """Everything; what cannot be asked is None."""
    problems, papers, full, lag, last, dead = await asyncio.gather(
        failing(stores),
        _asked(stores.index.count(Filters())),
        _asked(stores.index.count(Filters(full_text=True))),
        _asked(stores.lag()),
        _asked(stores.bus.last_seq()),
        _asked(stores.letters.count()),
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


async def _asked(answer: Awaitable[T]) -> T | None:
    try:
        async with asyncio.timeout(CHECK_S):
            return await answer
    except (ServiceError, TimeoutError):
        return None
