"""Feeds as the rest of the system sees them: schedules on the bus, descriptions in KV."""

from collections.abc import Mapping

import msgspec

from common.events import FetchRequested
from common.kv import key, parts_of
from fetcher.feeds import Feed
from fetcher.ports import AnyKv, Bus


async def publish_feeds(bus: Bus, kv: AnyKv, feeds: Mapping[str, Feed]) -> None:
    """Make schedules and descriptions match the feeds; doing it again changes nothing."""
    for name, feed in feeds.items():
        if feed.schedule:
            await bus.schedule(
                _schedule_name(name),
                feed.schedule,
                FetchRequested(feed=name),
                time_zone=feed.time_zone,
            )
        else:
            await bus.unschedule(_schedule_name(name))
        body, stored = msgspec.json.encode(feed), await kv.get(key("feed", name))
        if stored is None or stored.value != body:
            await kv.put(key("feed", name), body)
    for stored_key in await kv.keys("feed."):
        name = parts_of(stored_key)[1]
        if name not in feeds:
            await bus.unschedule(_schedule_name(name))
            await kv.delete(stored_key)


def _schedule_name(feed: str) -> str:
    return f"fetch-{feed}"
