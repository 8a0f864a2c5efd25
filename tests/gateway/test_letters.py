"""Dead letters as the gateway counts, shows and ends them."""

import asyncio

import pytest

from common.errors import UsageError
from common.letters.which import Which
from fakes_letters import FakeLetters
from gateway import letters
from gateway.deadforms import DeadOrder
from gateway.failures import Missing
from gateway.metrics import DEAD_LETTERS


@pytest.fixture
def box() -> FakeLetters:
    return FakeLetters()


def shown() -> float:
    (metric,) = DEAD_LETTERS.collect()
    return metric.samples[0].value


class Stops(FakeLetters):
    """Asks for the stop once it was counted."""

    def __init__(self, stopping: asyncio.Event) -> None:
        super().__init__()
        self._stopping = stopping

    async def count(self) -> int:
        self._stopping.set()
        return await super().count()


@pytest.mark.parametrize(
    ("waiting", "down", "expected"), [(3, False, 3), (0, False, 0), (3, True, 7)]
)
async def test_letters_are_counted(waiting: int, down: bool, expected: float) -> None:
    DEAD_LETTERS.set(7)
    stopping = asyncio.Event()
    box = Stops(stopping)
    for seq in range(1, waiting + 1):
        box.bury(seq)
    box.down = down
    await asyncio.wait_for(letters.count(box, stopping), 60)
    assert shown() == expected


async def test_pages_leave_none_out(box: FakeLetters) -> None:
    for seq in range(1, 8):
        box.bury(seq)
    seen: list[int] = []
    cursor = None
    while True:
        found = await letters.page(box, Which(since="9000d"), limit=3, cursor=cursor)
        seen += [one.seq for one in found.items]
        cursor = found.next_cursor
        if cursor is None:
            break
    assert seen == [1, 2, 3, 4, 5, 6, 7]


async def test_a_cursor_belongs_to_its_question(box: FakeLetters) -> None:
    for seq in (1, 2, 3):
        box.bury(seq)
    cursor = (await letters.page(box, Which(), limit=1, cursor=None)).next_cursor
    with pytest.raises(UsageError, match="cursor"):
        await letters.page(box, Which(reason="refused"), limit=1, cursor=cursor)
    with pytest.raises(UsageError, match="cursor"):
        await letters.page(box, Which(), limit=1, cursor="what")


@pytest.mark.parametrize(
    ("which", "field"),
    [
        (Which(service="nobody"), "service"),
        (Which(since="soon"), "since"),
        (Which(paper="what is this"), "id"),
    ],
)
async def test_wrong_filters_are_named(box: FakeLetters, which: Which, field: str) -> None:
    with pytest.raises(UsageError) as refused:
        await letters.page(box, which, limit=1, cursor=None)
    assert refused.value.field == field


async def test_a_letter_that_is_not_there(box: FakeLetters) -> None:
    with pytest.raises(Missing):
        await letters.one(box, 7)


@pytest.mark.parametrize(
    ("order", "ended"),
    [
        (DeadOrder(letters=(1, 1, 3)), {1, 3}),
        (DeadOrder(reason="refused"), {1, 2}),
        (DeadOrder(service="indexer"), {3}),
        (DeadOrder(all=True), {1, 2, 3}),
        (DeadOrder(all=True, dry_run=True), set()),
        (DeadOrder(letters=(9,)), set()),
    ],
)
async def test_what_is_meant_is_dealt_with(
    box: FakeLetters, order: DeadOrder, ended: set[int]
) -> None:
    box.bury(1)
    box.bury(2)
    box.bury(3, service="indexer", reason="bug")
    ends = await letters.act(box, order, what="drop")
    assert {seq for _, seq in box.done} == ended
    assert ends.dry_run == order.dry_run
    assert len(ends.outcomes) == len({end.letter for end in ends.outcomes}) > 0


@pytest.mark.parametrize(
    "order",
    [
        DeadOrder(),
        DeadOrder(dry_run=True),
        DeadOrder(letters=(1,), all=True),
        DeadOrder(letters=(1,), reason="bug"),
    ],
)
async def test_nothing_happens_by_a_slip(box: FakeLetters, order: DeadOrder) -> None:
    box.bury(1)
    with pytest.raises(UsageError, match="letters"):
        await letters.act(box, order, what="replay")
    assert box.done == []
