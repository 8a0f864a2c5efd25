"""Records change by compare-and-set; a marker lies beside those that have not ended."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from common.errors import Unavailable
from common.events import SummaryReady
from common.watches import Delivery, Match, Watch, Webhook
from notifier.claims import fresh
from notifier.records import Name

Make = Callable[..., Watch]
FOUND = Match(fits=True, score=0.8)
NAME = Name("w1", "arxiv:2401.00001", "summary")


@pytest.fixture
def delivery(world: Any, make_watch: Make, summary: SummaryReady) -> Delivery:
    return fresh(make_watch(), summary, FOUND, world.clock())


async def test_a_record_is_begun_once(world: Any, delivery: Delivery) -> None:
    held = await world.records.begin(delivery)
    assert held is not None
    assert held.delivery == delivery
    assert await world.records.begin(delivery) is None
    assert await world.records.get(NAME) == held
    assert await world.records.still_open() == [NAME]


async def test_the_marker_comes_first_so_that_a_crash_leaves_a_trace(
    world: Any, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(name: str, value: bytes) -> int | None:
        raise Unavailable("nats", "gone")

    monkeypatch.setattr(world.kv, "create", broken)
    with pytest.raises(Unavailable):
        await world.records.begin(delivery)
    assert await world.records.get(NAME) is None
    assert await world.records.still_open() == [NAME]


async def test_who_begins_second_at_the_same_moment_has_not_begun(
    world: Any, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another replica writes the record between our look and our create."""
    create = world.kv.create

    async def late(name: str, value: bytes) -> int | None:
        await create(name, value)
        found: int | None = await create(name, value)
        return found

    monkeypatch.setattr(world.kv, "create", late)
    assert await world.records.begin(delivery) is None


async def test_only_the_newest_revision_can_be_changed(world: Any, delivery: Delivery) -> None:
    first = await world.records.begin(delivery)
    next_state = msgspec.structs.replace(delivery, state="waiting", attempts=2)
    second = await world.records.change(first, next_state)
    assert second is not None
    assert await world.records.change(first, delivery) is None
    assert await world.records.get(NAME) == second
    assert second.delivery.attempts == 2


async def test_close_takes_the_marker_and_leaves_the_record(world: Any, delivery: Delivery) -> None:
    await world.records.begin(delivery)
    for _ in range(2):
        await world.records.close(NAME)
        assert await world.records.still_open() == []
    assert await world.records.get(NAME) is not None


@pytest.mark.parametrize(
    "name",
    [
        NAME,
        NAME._replace(moment="embedded"),
        Name("a.b *>", "doi:10.1/x*y>z", "summary"),
        Name("é", "upload:00", "embedded"),
    ],
)
async def test_names_survive_their_keys(world: Any, delivery: Delivery, name: Name) -> None:
    await world.records.begin(
        msgspec.structs.replace(delivery, watch=name.watch, paper=name.paper, moment=name.moment)
    )
    assert await world.records.still_open() == [name]
    assert await world.records.get(name) is not None


@pytest.mark.parametrize(
    ("url", "disabled"),
    [("https://w1.example/hook", True), ("https://w1.example/other", False)],
)
async def test_a_receiver_that_is_gone_is_known_by_its_address(
    world: Any, make_watch: Make, url: str, disabled: bool
) -> None:
    await world.records.disable(make_watch(), "2026-11-21T08:00:00Z")
    hook = make_watch().channel
    assert isinstance(hook, Webhook)
    watch = make_watch(channel=msgspec.structs.replace(hook, url=url))
    assert await world.records.is_disabled(watch) == disabled
    assert not await world.records.is_disabled(make_watch("w2"))
    assert b"w1.example" not in b"".join(entry.value for entry in world.kv.values.values())


async def test_mail_is_never_disabled(world: Any, make_watch: Make) -> None:
    watch = make_watch(mail=True)
    await world.records.disable(watch, "2026-11-21T08:00:00Z")
    assert world.kv.values == {}
    assert not await world.records.is_disabled(watch)


async def test_all_records_are_listed_oldest_first(world: Any, delivery: Delivery) -> None:
    for number, watch in enumerate(("w2", "w1", "w3")):
        created = f"2026-11-2{3 - number}T00:00:00Z"
        await world.records.begin(msgspec.structs.replace(delivery, watch=watch, created=created))
    assert [one.watch for one in await world.records.all()] == ["w3", "w1", "w2"]
    assert [one.watch for one in await world.records.all("w1")] == ["w1"]
    assert await world.records.all("w4") == []
