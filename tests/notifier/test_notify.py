"""Which watches a paper reaches; one that fails holds up no other."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from common.errors import Unavailable
from common.events import PaperEmbedded, SummaryReady
from common.ledger import Entry, Row
from common.watches import Watch
from notifier.notify import Notifier
from notifier.telling import Outcome

Make = Callable[..., Watch]


class FakeRows:
    async def read(self, paper: str, row: str) -> Entry | None:
        at = "2026-11-10T00:00:00Z"
        return Entry(Row(paper=paper, row=row, state="announced", version=1, at=at), 1)


@pytest.fixture
def notifier(world: Any) -> Notifier:
    return Notifier(world.watchlist, world.teller, FakeRows())


async def test_each_watch_hears_at_its_own_moment(
    world: Any, notifier: Notifier, make_watch: Make, summary: SummaryReady, embedded: PaperEmbedded
) -> None:
    await world.add(make_watch("early", on="embedded"))
    await world.add(make_watch("late"))
    await world.add(make_watch("other", query="banana"))
    await world.add(make_watch("off", active=False))

    first, second = await notifier.notify(embedded), await notifier.notify(summary)

    assert [telling.watch.id for telling in world.channel.sent] == ["early", "late"]
    assert (first.detail["matched"], first.detail["sent"]) == (1, 1)
    assert second.detail["watches"] == [{"watch": "late", "score": 1.0, "state": "sent"}]
    assert second.notes == ()


async def test_the_same_message_twice_tells_once(
    world: Any, notifier: Notifier, make_watch: Make, summary: SummaryReady
) -> None:
    await world.add(make_watch())
    await notifier.notify(summary)
    again = await notifier.notify(summary)

    assert len(world.channel.sent) == 1
    assert (again.detail["matched"], again.detail["sent"], again.detail["seen"]) == (1, 0, 1)


async def test_one_failing_watch_neither_holds_up_nor_doubles_the_others(
    world: Any, notifier: Notifier, make_watch: Make, summary: SummaryReady
) -> None:
    for name in ("a", "b", "c"):
        await world.add(make_watch(name))
    world.channel.outcomes = [Outcome("retry", 500, "down", down="a")]

    done = await notifier.notify(summary)

    assert (done.detail["sent"], done.detail["waiting"]) == (2, 1)
    assert done.notes == ("watch Watch a: waiting",)
    await notifier.notify(summary)
    assert len(world.channel.sent) == 3


async def test_a_failing_bus_raises_only_after_all_were_tried(
    world: Any, notifier: Notifier, make_watch: Make, summary: SummaryReady
) -> None:
    for name in ("a", "b"):
        await world.add(make_watch(name))
    world.bus.broken = Unavailable("nats", "gone")

    with pytest.raises(Unavailable):
        await notifier.notify(summary)

    assert len(world.channel.sent) == 2


@pytest.mark.parametrize(
    ("created", "epoch", "told"),
    [
        ("2026-11-21T07:58:59Z", 0, True),
        ("2026-11-21T07:59:01Z", 0, False),
        ("2026-11-09T00:00:00Z", 1, True),
        ("2026-11-11T00:00:00Z", 1, False),
        ("", 1, True),
    ],
)
async def test_papers_from_before_a_watch_are_not_news(
    world: Any,
    notifier: Notifier,
    make_watch: Make,
    summary: SummaryReady,
    created: str,
    epoch: int,
    told: bool,
) -> None:
    await world.add(make_watch(created=created))

    await notifier.notify(msgspec.structs.replace(summary, epoch=epoch))

    assert bool(world.channel.sent) is told


async def test_a_broken_watch_is_passed_over(
    world: Any, notifier: Notifier, make_watch: Make, summary: SummaryReady
) -> None:
    await world.add(make_watch("bad", query='"open'))
    await world.watches.put("worse", b"{nonsense")
    await world.add(make_watch("good"))

    assert (await notifier.notify(summary)).detail["sent"] == 1


async def test_what_is_gathered_is_counted_and_is_no_trouble(
    world: Any, notifier: Notifier, make_watch: Make, summary: SummaryReady
) -> None:
    await world.add(make_watch(mail=True, every="day"))
    found = await notifier.notify(summary)
    assert (found.detail["matched"], found.detail["gathered"], found.notes) == (1, 1, ())
    assert world.channel.sent == []
