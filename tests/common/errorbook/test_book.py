"""Counting in memory and adding to what is kept, by several replicas at once."""

import asyncio
import threading
from typing import Any

import pytest

from common import metrics
from common.errorbook.book import MOST_TYPES, OTHER, Book
from common.errorbook.occurrence import Occurrence
from common.errorbook.record import MOST, Record, decoded
from common.errors import Unavailable
from common.kv import Entry

AT = "2026-07-14T09:00:00.000000Z"


class FakeKv:
    """Keys with revisions, which may be away, or slow enough for others to be faster."""

    def __init__(self) -> None:
        self.kept: dict[str, Entry] = {}
        self.is_away = False
        self._seq = 0

    async def get(self, name: str) -> Entry | None:
        await asyncio.sleep(0)
        if self.is_away:
            raise Unavailable("nats", "away")
        return self.kept.get(name)

    async def create(self, name: str, value: bytes) -> int | None:
        return None if name in self.kept else self._put(name, value)

    async def update(self, name: str, value: bytes, revision: int) -> int | None:
        return self._put(name, value) if self.kept[name].revision == revision else None

    async def delete(self, name: str) -> None:
        del self.kept[name]

    async def items(self, prefix: str = "") -> list[tuple[str, Entry]]:
        return sorted(pair for pair in self.kept.items() if pair[0].startswith(prefix))

    def _put(self, name: str, value: bytes) -> int:
        self._seq += 1
        self.kept[name] = Entry(value, self._seq)
        return self._seq

    @property
    def records(self) -> list[Record]:
        found = [decoded(entry.value) for entry in self.kept.values()]
        return [one for one in found if one is not None]


def book(kv: FakeKv, at: str = AT, **more: Any) -> Book:
    return Book("fetcher", kv, lambda: at, **{"every_s": 0.01, **more})


async def test_replicas_add_up() -> None:
    kv = FakeKv()
    books = [book(kv) for _ in range(4)]
    for one in books:
        for number in range(5):
            one.note(Occurrence(ValueError(f"row {number}")))
    assert all(await asyncio.gather(*(one.flush() for one in books)))
    (record,) = kv.records
    assert record.count == 20


async def test_what_cannot_be_stored_is_kept_for_the_next_time() -> None:
    kv = FakeKv()
    one = book(kv)
    one.note(Occurrence(event="a"))
    kv.is_away = True
    assert not await one.flush()
    one.note(Occurrence(event="a"))
    one.note(Occurrence(event="b"))
    kv.is_away = False
    assert await one.flush()
    assert sorted((record.type, record.count) for record in kv.records) == [("a", 2), ("b", 1)]


async def test_a_flush_that_is_cut_off_loses_nothing() -> None:
    kv = FakeKv()
    one = book(kv)
    one.note(Occurrence(event="a"))
    cut = asyncio.create_task(one.flush())
    await asyncio.sleep(0)
    cut.cancel()
    await asyncio.gather(cut, return_exceptions=True)
    assert await one.flush()
    assert [record.count for record in kv.records] == [1]


async def test_it_stores_by_itself_also_what_another_thread_noted() -> None:
    kv = FakeKv()
    one = book(kv)
    running = asyncio.create_task(one.run())
    for number in range(3):
        thread = threading.Thread(target=one.note, args=(Occurrence(event="a"),))
        thread.start()
        thread.join()
        async with asyncio.timeout(20):
            while sum(record.count for record in kv.records) <= number:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    running.cancel()
    assert [record.count for record in kv.records] == [3]


async def test_kinds_are_bounded_and_the_newest_stay() -> None:
    kv = FakeKv()
    await kv.create("fetcher.started", b"{}")
    for number in range(MOST + 5):
        one = book(kv, at=f"2026-07-14T09:{number // 60:02d}:{number % 60:02d}.000000Z")
        one.note(Occurrence(event=f"kind {number}"))
        await one.flush()
    assert len(kv.records) == MOST
    assert "kind 0" not in {record.type for record in kv.records}
    assert "fetcher.started" in kv.kept


async def test_in_memory_too() -> None:
    kv = FakeKv()
    kv.is_away = True
    one = book(kv)
    for number in range(3 * MOST):
        one.note(Occurrence(event=f"kind {number}"))
    kv.is_away = False
    await one.flush()
    assert sum(record.count for record in kv.records) == 3 * MOST
    assert max(kv.records, key=lambda record: record.count).type == OTHER


async def test_old_ones_go_and_do_not_count_any_more() -> None:
    kv = FakeKv()
    early, late = book(kv), book(kv, at="2026-07-30T09:00:00.000000Z")
    early.note(Occurrence(event="a"))
    early.note(Occurrence(event="b"))
    await early.flush()
    late.note(Occurrence(event="a"))
    late.note(Occurrence(event="c"))
    await late.flush()
    assert sorted((record.type, record.count) for record in kv.records) == [("a", 1), ("c", 1)]


def counted(service: str) -> dict[str, float]:
    samples = [sample for metric in metrics.ERRORS.collect() for sample in metric.samples]
    return {
        sample.labels["type"]: sample.value
        for sample in samples
        if sample.labels.get("service") == service and sample.name.endswith("_total")
    }


@pytest.mark.parametrize("kinds", [3, 2 * MOST_TYPES])
async def test_the_metric_has_a_bounded_number_of_types(kinds: int) -> None:
    service = f"service-{kinds}"
    one = Book(service, FakeKv(), lambda: AT, every_s=1)
    for number in range(kinds):
        one.note(Occurrence(event=f"kind {number}"))
    found = counted(service)
    assert sum(found.values()) == kinds
    assert len(found) <= MOST_TYPES + 1
