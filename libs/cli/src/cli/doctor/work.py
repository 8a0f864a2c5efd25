"""Work that waits, how long already, and what died."""

import asyncio
from datetime import datetime

import msgspec
from nats.errors import Error as NatsError

from cli.doctor.finding import LEVELS, Finding, Level
from common import topology
from common.errors import Unavailable
from common.ids import parse_time
from common.letters.box import Letters
from common.pauses import BY_HAND, Pause, pause_of
from common.runtime import Runtime
from common.stream import following
from common.topology import Consumer

MANY = 5000
OLD_S = 3600
STALE_S = 7 * 86_400


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """What waits before one durable."""

    durable: str
    deadline_s: int
    waiting: int = 0
    in_work: int = 0
    oldest_s: float = 0.0
    paused: Pause | None = None


async def look(runtime: Runtime, now: datetime) -> list[Finding]:
    """Every durable."""
    queues = await asyncio.gather(*(_queue(runtime, one, now) for one in topology.CONSUMERS))
    return [judged(queue) for queue in queues]


async def dead(runtime: Runtime) -> list[Finding]:
    """The letters that wait."""
    return [judged_dead(await Letters(runtime.js, runtime.ledger).count())]


async def _queue(runtime: Runtime, consumer: Consumer, now: datetime) -> Queue:
    try:
        info = await runtime.js.consumer_info(consumer.stream, consumer.durable)
    except (NatsError, TimeoutError) as error:
        why = str(error) or type(error).__name__
        raise Unavailable("nats", f"{consumer.durable}: {why}") from error
    waiting, in_work = info.num_pending or 0, info.num_ack_pending or 0
    floor = info.ack_floor.stream_seq if info.ack_floor else 0
    oldest_s = await _oldest_s(runtime, consumer, floor, now) if waiting + in_work else 0.0
    return Queue(
        durable=consumer.durable,
        deadline_s=consumer.deadline_s,
        waiting=waiting,
        in_work=in_work,
        oldest_s=oldest_s,
        paused=pause_of(info),
    )


async def _oldest_s(runtime: Runtime, consumer: Consumer, floor: int, now: datetime) -> float:
    """The age of the oldest message that is not settled."""
    ages = [0.0]
    for subject in consumer.subjects:
        found = await following(runtime.js, consumer.stream, subject, after=floor)
        ages += [(now - parse_time(stored.at)).total_seconds() for stored in found[:1]]
    return max(ages)


def judged(queue: Queue) -> Finding:
    """What a queue means; pure."""
    words = f"{queue.waiting} waiting, {queue.in_work} in work"
    if queue.oldest_s:
        words += f", the oldest for {_long(queue.oldest_s)}"
    level: Level = "ok"
    mend = ""
    if queue.oldest_s > max(OLD_S, queue.deadline_s) or queue.waiting > MANY:
        level = "unhealthy" if queue.oldest_s > STALE_S else "degraded"
        mend = "paperbus status; the log of its service says what it does"
    if queue.paused is not None:
        words += f"; paused: {queue.paused.dependency}, until {queue.paused.until}"
        by_hand = queue.paused.dependency == BY_HAND or queue.paused.state == "waiting_budget"
        level = max(level, "note" if by_hand else "degraded", key=LEVELS.index)
        mend = mend or ("paperbus status" if not by_hand else "")
    return Finding(check="work", about=queue.durable, level=level, says=words, mend=mend)


def judged_dead(count: int) -> Finding:
    """What letters mean: each is a loss until somebody looked at it; pure."""
    if not count:
        return Finding(check="work", about="dead letters", says="none waits")
    return Finding(
        check="work",
        about="dead letters",
        level="degraded",
        says=f"{count} wait{'s' * (count == 1)}",
        mend="paperbus dead list; then `paperbus dead replay` or `drop`",
    )


def _long(seconds: float) -> str:
    for size, name in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} s"
