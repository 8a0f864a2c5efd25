"""Streams and durables: how much they hold, and how old the oldest thing is that waits."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from cli.backup.order import declared
from cli.census.sheet import Found, Values
from common import topology
from common.advisories import REAPERS
from common.errors import Unavailable
from common.ids import parse_time
from common.stream import Stored, following_one

if TYPE_CHECKING:
    from nats.js import JetStreamContext
    from nats.js.api import ConsumerInfo, StreamInfo

T = TypeVar("T")


class Durable(Protocol):
    """A consumer or a reaper."""

    @property
    def service(self) -> str:
        """Whose it is."""

    @property
    def stream(self) -> str:
        """Where its messages are."""

    @property
    def durable(self) -> str:
        """Its name."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """What it takes."""


class BusPart:
    """Asks JetStream; ``now`` gives the present moment. Methods raise Unavailable."""

    def __init__(
        self, js: "JetStreamContext", now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._js = js
        self._now = now

    async def look(self) -> Found:
        """All gauges of streams and consumers."""
        durables: tuple[Durable, ...] = (*topology.CONSUMERS, *REAPERS)
        streams = await asyncio.gather(*(self._stream(name) for name in declared()))
        consumers = await asyncio.gather(*(self._durable(one) for one in durables))
        return {
            **of_streams([info for info in streams if info is not None]),
            **of_durables([pair for pair in consumers if pair is not None]),
        }

    async def _stream(self, name: str) -> "StreamInfo | None":
        return await answered(self._js.stream_info(name))

    async def _durable(self, durable: Durable) -> "tuple[Durable, ConsumerInfo, float] | None":
        info = await answered(self._js.consumer_info(durable.stream, durable.durable))
        if info is None:
            return None
        return durable, info, await oldest_s(self._js, durable, info, self._now())


async def oldest_s(
    js: "JetStreamContext", durable: Durable, info: "ConsumerInfo", now: datetime
) -> float:
    """Age of the oldest message not yet settled, 0 when all are; raises Unavailable.

    All before the floor is settled, so the next message it takes is the oldest that is not.
    A server that is asked in between may have settled that too; then nothing waits.
    """
    if not (info.num_pending or info.num_ack_pending):
        return 0.0
    floor = info.ack_floor.stream_seq if info.ack_floor else 0
    found = await asyncio.gather(
        *(following_one(js, durable.stream, one, after=floor) for one in durable.subjects)
    )
    return age_s([one for one in found if one is not None], now)


def age_s(waiting: list[Stored], now: datetime) -> float:
    """Age of the oldest of some messages; never below 0, clocks differ."""
    oldest = min((parse_time(one.at) for one in waiting), default=now)
    return max(0.0, (now - oldest).total_seconds())


async def answered(question: Awaitable[T]) -> T | None:
    """The answer of JetStream, None for what is not there; raises Unavailable."""
    try:
        return await question
    except NotFoundError:
        return None
    except (NatsError, TimeoutError) as error:
        raise Unavailable("nats", str(error) or type(error).__name__) from error


def of_streams(infos: "list[StreamInfo]") -> Found:
    """Gauges of streams."""
    limited = {(one.config.name or "",): one.config.max_bytes or 0 for one in infos}
    return {
        "stream_messages": {(one.config.name or "",): one.state.messages for one in infos},
        "stream_bytes": {(one.config.name or "",): one.state.bytes for one in infos},
        "stream_max_bytes": {name: limit for name, limit in limited.items() if limit > 0},
    }


def of_durables(found: "list[tuple[Durable, ConsumerInfo, float]]") -> Found:
    """Gauges of durables."""

    def each(value: "Callable[[ConsumerInfo], float]") -> Values:
        return {(of.durable, of.service): value(info) for of, info, _ in found}

    return {
        "consumer_pending": each(lambda info: info.num_pending or 0),
        "consumer_ack_pending": each(lambda info: info.num_ack_pending or 0),
        "consumer_redelivered": each(lambda info: info.num_redelivered or 0),
        "consumer_paused": each(lambda info: int(bool(info.paused))),
        "consumer_oldest_age_seconds": {
            (of.durable, of.service): oldest for of, _, oldest in found
        },
    }
