"""Feeds as schedules and descriptions."""

from common.events import FetchRequested
from fakes_fetcher import FakeBus
from fetcher.feeds import ArxivFeed, Feed
from fetcher.memory import MemoryKv
from fetcher.schedules import publish_feeds

CRON = "0 0 8 * * MON-FRI"


async def test_the_bus_follows_the_feeds() -> None:
    bus, kv = FakeBus(), MemoryKv()
    one = ArxivFeed(name="one", categories=("cs.AI",), schedule=CRON, time_zone="Europe/Berlin")
    two = ArxivFeed(name="two", categories=("cs.AI",))
    feeds: dict[str, Feed] = {"one": one, "two": two}
    await publish_feeds(bus, kv, feeds)
    assert bus.schedules == {"fetch-one": (CRON, FetchRequested(feed="one"), "Europe/Berlin")}
    assert await kv.keys() == ["feed.one", "feed.two"]
    before = await kv.get("feed.one")
    await publish_feeds(bus, kv, feeds)
    assert await kv.get("feed.one") == before
    await publish_feeds(bus, kv, {"two": two})
    assert bus.schedules == {}
    assert await kv.keys() == ["feed.two"]
