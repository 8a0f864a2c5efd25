"""Work that waits, how long already, and what died."""

import asyncio
from datetime import datetime

import msgspec

from cli.census.bus import answered, oldest_s
from cli.doctor.finding import LEVELS, Finding, Level
from common import topology
from common.letters.box import Letters
from common.pauses import BY_HAND, Pause, pause_of
from common.runtime import Runtime
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
    return [judged(queue) for queue in queues if queue is not None]


async def dead(runtime: Runtime) -> list[Finding]:
    """The letters that wait."""
    return [judged_dead(await Letters(runtime.js, runtime.ledger).count())]


async def _queue(runtime: Runtime, consumer: Consumer, now: datetime) -> Queue | None:
    """None where there is no such durable: that is told as drift."""
    info = await answered(runtime.js.consumer_info(consumer.stream, consumer.durable))
    if info is None:
        return None
    return Queue(
        durable=consumer.durable,
        deadline_s=consumer.deadline_s,
        waiting=info.num_pending or 0,
        in_work=info.num_ack_pending or 0,
        oldest_s=await oldest_s(runtime.js, consumer, info, now),
        paused=pause_of(info),
    )


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
