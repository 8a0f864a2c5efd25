"""Requests, notices and schedules out; facts in, in order and without a gap."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError

from common import topology
from common.batch import Draft, publish_one
from common.errors import Unavailable
from common.events import Message
from common.ids import message_id, now
from common.schedules import keeping
from common.schedules.schedule import Schedule
from common.stream import by_sequence
from common.trace import current_traceparent

if TYPE_CHECKING:
    from nats.aio.client import Client
    from nats.js import JetStreamContext

PAPERS = topology.PAPERS
IDLE_S = 1.0
FETCH = 100


class Fact(NamedTuple):
    """One message of the log; ``seq`` is its place in the stream."""

    seq: int
    subject: str
    at: str
    body: bytes


class Bus:
    """The bus as a service sees it. Methods raise Unavailable when it does not answer."""

    def __init__(self, nc: "Client", js: "JetStreamContext") -> None:
        self._nc = nc
        self._js = js

    async def request(self, message: Message) -> int:
        """Store a request or a notice; the sequence it got."""
        stamped = msgspec.structs.replace(
            message,
            event_id=message.event_id or message_id(message.subject, now()),
            at=message.at or now(),
            trace=message.trace or current_traceparent(),
        )
        draft = Draft(
            subject=stamped.subject,
            body=msgspec.json.encode(stamped),
            message_id=stamped.event_id,
            trace=stamped.trace,
        )
        return await publish_one(self._js, topology.stream_of(draft.subject), draft)

    notice = request

    async def schedule(self, name: str, cron: str, message: Message, *, time_zone: str) -> None:
        """Let the server publish ``message`` by a six-field ``cron`` pattern (ADR-51 of NATS).

        The same name again replaces the schedule, and one that a person paused stays paused; a
        wrong pattern raises Unavailable with the server's words.
        """
        schedule = Schedule(
            name=name,
            cron=cron,
            subject=message.subject,
            body=msgspec.json.encode(message),
            time_zone=time_zone,
        )
        await keeping.put(self._js, schedule)

    async def unschedule(self, name: str) -> None:
        """Take a schedule back."""
        await keeping.take_back(self._js, name)

    async def first_seq(self) -> int:
        """Sequence of the oldest message in the log."""
        return (await self._state())[0]

    async def last_seq(self) -> int:
        """Sequence of the newest message in the log."""
        return (await self._state())[1]

    async def _state(self) -> tuple[int, int]:
        try:
            state = (await self._js.stream_info(PAPERS)).state
        except (NatsError, TimeoutError) as error:
            raise Unavailable("nats", str(error) or type(error).__name__) from error
        return state.first_seq, state.last_seq

    async def get(self, seq: int) -> Fact | None:
        """One message of the log, or None."""
        found = await by_sequence(self._js, PAPERS, seq)
        return None if found is None else Fact(found.seq, found.subject, found.at, found.body)

    async def read(self, subjects: Sequence[str], *, after: int = 0) -> AsyncIterator[Fact]:
        """Every message on ``subjects`` from ``after + 1`` on, then live, for ever.

        Survives reconnects: a lost reader is made anew from the last sequence it gave.
        """
        last = after
        while True:
            try:
                async for fact in self._read_once(subjects, last):
                    last = fact.seq
                    yield fact
            except (NatsError, TimeoutError) as error:
                if self._nc.is_closed:
                    raise Unavailable("nats", "the connection is closed") from error
                await asyncio.sleep(IDLE_S)

    async def _read_once(self, subjects: Sequence[str], after: int) -> AsyncIterator[Fact]:
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=after + 1,
            ack_policy=AckPolicy.NONE,
            filter_subjects=list(subjects),
            mem_storage=True,
            inactive_threshold=60,
            num_replicas=1,
        )
        connections = self._nc.stats["reconnects"]
        subscription = await self._js.pull_subscribe(subjects[0], stream=PAPERS, config=config)
        expected = want = 1
        try:
            while True:
                try:
                    messages = await subscription.fetch(want, timeout=IDLE_S)
                except TimeoutError:
                    if self._nc.stats["reconnects"] != connections:
                        return  # what was under way to the old connection is lost
                    want = 1  # larger fetches stall after an idle one (nats-py #986)
                    continue
                for message in messages:
                    meta = message.metadata
                    if meta.sequence.consumer != expected:
                        return  # a gap: start again after the last one given
                    expected += 1
                    want = min(FETCH, max(1, meta.num_pending))
                    at = meta.timestamp.isoformat().replace("+00:00", "Z")
                    yield Fact(meta.sequence.stream, message.subject, at, message.data)
        except APIError:
            await asyncio.sleep(IDLE_S)
        finally:
            await _quietly_close(subscription)


async def _quietly_close(subscription: "JetStreamContext.PullSubscription") -> None:
    try:
        await subscription.unsubscribe()
    except (NatsError, TimeoutError):
        return
