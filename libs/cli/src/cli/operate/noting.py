"""What is kept of each chore a schedule asks for: when it ran last, and when it last went well.

KV ``operations``, key ``schedule.<name>``. Whoever does a chore outside the worker, such as a job
of the platform that runs the same command, notes it by ``note`` too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from common.chores import ReportRequested
from common.errors import ServiceError
from common.handlers import Handlers, Result
from common.ids import now
from common.kv import Kv, key
from common.message import Message
from common.runtime import Runtime

BUCKET = "operations"
SCHEDULE = "schedule"
"""First part of the keys."""


class Note(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last run of a chore; times are RFC 3339 UTC."""

    started: str = ""
    ended: str = ""
    """Empty while it runs."""
    error: str = ""
    """Why it failed."""
    good: str = ""
    """When a run last ended well."""


def name_of(message: Message) -> str:
    """The schedule that asks such a thing: ``doctor``, ``report-weekly``."""
    name = message.subject.partition(".")[0]
    return f"{name}-{message.period}" if isinstance(message, ReportRequested) else name


@asynccontextmanager
async def note(runtime: Runtime, name: str) -> AsyncIterator[None]:
    """Note the run of a chore; what the block raises is noted and raised on."""
    kv, place = runtime.kv(BUCKET), key(SCHEDULE, name)
    before = await read(kv, name)
    started = now()
    await kv.put(place, _encoded(started=started, good=before.good))
    try:
        yield
    except ServiceError as error:
        failed = {"started": started, "ended": now(), "good": before.good}
        await kv.put(place, _encoded(**failed, error=str(error)[:500]))
        raise
    ended = now()
    await kv.put(place, _encoded(started=started, ended=ended, good=ended))


async def read(kv: Kv, name: str) -> Note:
    """What is noted of a chore; raises Unavailable."""
    entry = await kv.get(key(SCHEDULE, name))
    return Note() if entry is None else msgspec.json.decode(entry.value, type=Note)


def noted(runtime: Runtime, chores: Handlers) -> Handlers:
    """The same handlers, each run of which is noted."""
    chores.bindings = [
        binding._replace(handle=_noting(runtime, binding.handle)) for binding in chores.bindings
    ]
    return chores


def _noting(
    runtime: Runtime, handle: Callable[[Any], Awaitable[Result]]
) -> Callable[[Any], Awaitable[Result]]:
    async def noting(message: Message) -> Result:
        async with note(runtime, name_of(message)):
            return await handle(message)

    return noting


def _encoded(**fields: str) -> bytes:
    return msgspec.json.encode(Note(**fields))
