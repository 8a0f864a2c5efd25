"""When all jobs are read."""

import pytest

from common.errors import Unavailable
from fakes_gateway import FakeKv
from gateway.jobs.news import REST, News


async def test_a_change_is_news_once() -> None:
    kv = FakeKv()
    news = News(kv)
    assert [await news.is_there(), await news.is_there()] == [True, False]
    for change in (kv.put("a", b"1"), kv.put("a", b"1"), kv.delete("a")):
        await change
        assert [await news.is_there(), await news.is_there()] == [True, False]


async def test_now_and_then_they_are_read_anyway() -> None:
    news = News(FakeKv())
    seen = [await news.is_there() for _ in range(2 * REST + 4)]
    assert [n for n, there in enumerate(seen) if there] == [0, REST + 1, 2 * REST + 2]


async def test_what_could_not_be_read_is_news_still() -> None:
    news = News(FakeKv())
    assert await news.is_there()
    news.forget()
    assert await news.is_there()


async def test_a_bus_that_is_away_says_nothing_about_news(monkeypatch: pytest.MonkeyPatch) -> None:
    kv = FakeKv()
    news = News(kv)
    await news.is_there()
    await kv.put("a", b"1")

    async def away() -> int:
        raise Unavailable("nats", "gone")

    with monkeypatch.context() as cut:
        cut.setattr(kv, "revision", away)
        with pytest.raises(Unavailable):
            await news.is_there()
    assert await news.is_there()
