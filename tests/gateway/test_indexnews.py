"""News of the index come with the rows of the indexer, not with facts that come before."""

import asyncio

from common import topology
from common.events import PaperEmbedded, PaperMeta
from fakes_gateway import REF, FakeBus, World
from gateway.hub import Hub
from gateway.indexnews import ROWS, IndexNews, state_of


def embedded(paper: str) -> PaperEmbedded:
    return PaperEmbedded(
        paper=paper, version=1, meta=PaperMeta(title="T"), text=REF, model="m", passages=1
    )


async def until(news: IndexNews, position: int) -> None:
    for _ in range(100):
        if news.position != position:
            await asyncio.sleep(0)
    assert news.position == position


def test_the_rows_are_those_of_all_work_of_the_indexer() -> None:
    rows = {one.row for one in topology.CONSUMERS if one.service == "indexer" and one.row}
    assert rows == {"indexer", "indexer-summary"}
    assert set(ROWS) == {f"ledger.*.{row}" for row in rows}


async def test_nothing_is_known_before_it_follows_and_after_it_ends() -> None:
    bus, closing = FakeBus(), asyncio.Event()
    bus.state(embedded("arxiv:1"))
    news = IndexNews(bus, closing)
    state = state_of(news, Hub(bus), World().stores())
    assert state() is None
    running = asyncio.create_task(news.run())
    await until(news, bus.last)
    before = state()
    assert before is not None
    assert before == state()
    bus.state(embedded("arxiv:2"))
    await bus.wake()
    await until(news, bus.last)
    assert state() not in (None, before)
    closing.set()
    await running
    assert state() is None
    assert bus.readers == 0


async def test_a_switch_another_collection_and_a_fact_are_other_states() -> None:
    bus = FakeBus()
    news = IndexNews(bus, asyncio.Event())
    news.position = 1
    hub, off, collection = Hub(bus), set[str](), ["old"]
    stores = World().stores(is_on=lambda flag: flag not in off, collection=lambda: collection[0])
    state = state_of(news, hub, stores)
    seen = [state()]
    off.add("search")
    seen.append(state())
    collection[0] = "new"
    seen.append(state())
    hub.position += 1
    seen.append(state())
    assert len(set(seen)) == 4
