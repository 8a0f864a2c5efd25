"""Each watch and paper at most once, whatever fails or dies in between."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from common.errors import Unavailable
from common.events import SummaryReady
from common.ids import parse_time
from common.watches import Delivery, Match, Watch, Webhook
from notifier.records import Name
from notifier.teller import Teller
from notifier.telling import Outcome

Make = Callable[..., Watch]
FOUND = Match(fits=True, score=0.8)
NAME = Name("w1", "arxiv:2401.00001", "summary")
DOWN = Outcome("retry", 503, "the receiver answered 503", down="w1")


async def record(world: Any) -> Delivery:
    held = await world.records.get(NAME)
    assert held is not None
    return held.delivery  # type: ignore[no-any-return]


async def test_told_once_with_a_record_a_notice_and_no_marker(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    states = [await world.teller.tell(make_watch(), summary, FOUND) for _ in range(3)]

    assert states == ["sent", "seen", "seen"]
    assert len(world.channel.sent) == len(world.bus.notices) == 1
    kept = await record(world)
    assert (kept.state, kept.code, kept.attempts, kept.score) == ("sent", 200, 1, 0.8)
    assert bytes(kept.event) == b""
    assert await world.records.still_open() == []
    notice = world.bus.notices[0]
    assert (notice.watch, notice.channel, notice.outcome) == ("w1", "webhook", "sent")


async def test_a_newer_version_is_not_news(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    await world.teller.tell(make_watch(), summary, FOUND)
    newer = msgspec.structs.replace(summary, version=2)
    assert await world.teller.tell(make_watch(), newer, FOUND) == "seen"


async def test_a_failure_waits_and_is_tried_again_with_the_same_id(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    watch = make_watch()
    world.channel.outcomes = [DOWN, DOWN]
    assert await world.teller.tell(watch, summary, FOUND) == "waiting"
    assert await world.teller.resume(NAME, watch) == "waiting"
    assert len(world.channel.sent) == 1, "not before it is time"

    world.clock.forward(31)
    assert await world.teller.resume(NAME, watch) == "waiting"
    world.clock.forward(31)
    assert await world.teller.resume(NAME, watch) == "waiting"
    assert len(world.channel.sent) == 2, "the second wait is longer"
    world.clock.forward(120)
    assert await world.teller.resume(NAME, watch) == "sent"

    assert len({telling.id for telling in world.channel.sent}) == 1
    assert (await record(world)).attempts == 3


async def test_retry_after_is_honoured(world: Any, make_watch: Make, summary: SummaryReady) -> None:
    world.channel.outcomes = [DOWN._replace(retry_after_s=600.0)]
    await world.teller.tell(make_watch(), summary, FOUND)

    world.clock.forward(599)
    assert await world.teller.resume(NAME, make_watch()) == "waiting"
    world.clock.forward(2)
    assert await world.teller.resume(NAME, make_watch()) == "sent"


async def test_after_its_time_it_is_given_up_and_recorded(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    world.channel.outcomes = [DOWN] * 99
    state = await world.teller.tell(make_watch(), summary, FOUND)
    while state == "waiting":
        world.clock.forward(3601)
        state = await world.teller.resume(NAME, make_watch())

    assert state == "failed"
    assert "given up after" in (await record(world)).said
    assert await world.records.still_open() == []
    assert world.bus.notices == []


async def test_a_dead_receiver_is_not_knocked_at_for_every_paper(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    world.channel.outcomes = [DOWN]
    for no in range(5):
        paper = msgspec.structs.replace(summary, paper=f"arxiv:2401.0000{no}")
        assert await world.teller.tell(make_watch(), paper, FOUND) == "waiting"
    other = await world.teller.tell(make_watch("w2"), summary, FOUND)

    assert len(world.channel.sent) == 2
    assert other == "sent"
    world.clock.forward(31)
    for name in await world.records.still_open():
        await world.teller.resume(name, make_watch())
    assert len(world.bus.notices) == 6


async def test_those_behind_a_failure_say_until_when_they_wait_now(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    world.channel.outcomes = [DOWN, DOWN]
    second = msgspec.structs.replace(summary, paper="arxiv:2401.00002")
    for paper in (summary, second):
        await world.teller.tell(make_watch(), paper, FOUND)
    world.clock.forward(31)
    for name in await world.records.still_open():
        assert await world.teller.resume(name, make_watch()) == "waiting"

    assert len(world.channel.sent) == 2
    found = [await world.records.get(name) for name in await world.records.still_open()]
    assert len({held.delivery.next_at for held in found}) == 1
    assert sorted(held.delivery.attempts for held in found) == [0, 2]
    assert parse_time(found[0].delivery.next_at) > world.clock()


async def test_gone_ends_the_watch_until_it_has_another_address(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    world.channel.outcomes = [Outcome("gone", 410, "gone")]
    assert await world.teller.tell(make_watch(), summary, FOUND) == "failed"
    second = msgspec.structs.replace(summary, paper="arxiv:2401.00002")
    assert await world.teller.tell(make_watch(), second, FOUND) == "disabled"

    moved = make_watch(channel=Webhook(url="https://new.example/", secret="whsec_x"))
    assert await world.teller.tell(moved, second, FOUND) == "sent"
    assert all(b"example/hook" not in entry.value for entry in world.kv.values.values())


@pytest.mark.parametrize(
    ("mail", "crash_before_handing", "after"),
    [(False, False, "sent"), (True, True, "sent"), (True, False, "unknown")],
    ids=["webhook is repeated", "mail not yet handed over", "mail perhaps handed over"],
)
async def test_killed_in_the_middle(
    world: Any,
    make_watch: Make,
    summary: SummaryReady,
    mail: bool,
    crash_before_handing: bool,
    after: str,
) -> None:
    watch = make_watch(mail=mail)
    world.channel.crash_before_handing = crash_before_handing
    world.channel.outcomes = [] if crash_before_handing else [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        await world.teller.tell(watch, summary, FOUND)
    world.channel.crash_before_handing = False
    restarted = world.replica()

    assert await restarted.tell(watch, summary, FOUND) == "waiting", "the message comes again"
    assert await restarted.resume(NAME, watch) in ("sending", "claimed"), "perhaps it still lives"
    world.clock.forward(46)
    assert await restarted.resume(NAME, watch) == after

    ids = {telling.id for telling in world.channel.sent}
    assert len(ids) == 1
    assert len(world.bus.notices) == (1 if after == "sent" else 0)
    assert await world.records.still_open() == []


async def test_killed_between_record_and_notice(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    world.bus.broken = Unavailable("nats", "gone")
    with pytest.raises(Unavailable):
        await world.teller.tell(make_watch(), summary, FOUND)
    world.bus.broken = None

    assert await world.teller.tell(make_watch(), summary, FOUND) == "seen"
    assert await world.teller.resume(NAME, make_watch()) == "sent"
    assert len(world.channel.sent) == len(world.bus.notices) == 1
    assert await world.records.still_open() == []


async def test_killed_between_marker_and_record(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    await world.kv.put("open.w1.arxiv=3A2401=2E00001.summary", b"")

    assert await world.teller.resume(NAME, make_watch()) == "missing"
    assert await world.teller.tell(make_watch(), summary, FOUND) == "sent"


async def test_a_worker_that_slept_through_does_not_send_mail_a_second_time(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    watch = make_watch(mail=True)
    other = world.replica()
    real_send = world.channel.send

    async def sleeping(telling: Any, handing: Any) -> Outcome:
        world.channel.send = real_send
        world.clock.forward(46)
        assert await other.resume(NAME, watch) == "sent"
        return await real_send(telling, handing)  # type: ignore[no-any-return]

    world.channel.send = sleeping
    assert await world.teller.tell(watch, summary, FOUND) == "lost"

    assert len(world.channel.sent) == 1


@pytest.mark.parametrize("ended", ["removed", "inactive"])
async def test_a_watch_that_was_ended_is_not_told_any_more(
    world: Any, make_watch: Make, summary: SummaryReady, ended: str
) -> None:
    world.channel.outcomes = [DOWN]
    await world.teller.tell(make_watch(), summary, FOUND)
    world.clock.forward(31)

    watch = None if ended == "removed" else make_watch(active=False)
    assert await world.teller.resume(NAME, watch) == "failed"
    assert len(world.channel.sent) == 1


async def test_what_is_switched_off_is_put_off_without_a_try_and_told_later(
    world: Any, make_watch: Make, summary: SummaryReady
) -> None:
    flags = {"webhooks": False, "mail": True}
    teller = Teller(world.records, world.teller._attempts, world.clock, flags.__getitem__)
    watch = make_watch()
    assert await teller.tell(watch, summary, FOUND) == "waiting"
    for _ in range(3):
        world.clock.forward(40)
        assert await teller.resume(NAME, watch) == "waiting"
    assert world.channel.sent == []
    assert (await record(world)).attempts == 0
    flags["webhooks"] = True
    world.clock.forward(40)
    assert await teller.resume(NAME, watch) == "sent"
    assert (await record(world)).attempts == 1
