"""Runs of feeds, as the fetcher keeps them."""

import msgspec

from common.errors import Unavailable
from common.kv import key
from common.runtime import Runtime


class FeedRun(msgspec.Struct, frozen=True):
    """What the fetcher keeps about one run of a feed, as far as the demo reads it."""

    feed: str = ""
    started: str = ""
    ended: str = ""
    verdict: str = "running"
    reason: str = ""
    error: str = ""
    counts: dict[str, int] = msgspec.field(default_factory=dict)


async def ended_runs(runtime: Runtime, since: str) -> dict[str, FeedRun]:
    """The newest ended run of each feed that began after ``since``."""
    try:
        items = await runtime.kv("sources").items(key("run") + ".")
    except Unavailable:
        return {}  # the bus is being started again; look once more
    found = [msgspec.json.decode(entry.value, type=FeedRun) for _, entry in items]
    ended = [run for run in found if run.verdict != "running" and run.started >= since[:19]]
    return {run.feed: run for run in sorted(ended, key=lambda run: run.started)}
