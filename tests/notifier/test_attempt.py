"""One try: what is written down, noticed and remembered of each outcome."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY

from common.errors import Unavailable
from common.events import SummaryReady
from common.ids import stamp
from common.watches import Mail, Match, Watch, Webhook
from notifier.attempt import Attempts
from notifier.claims import event_of, fresh
from notifier.policy import Policy
from notifier.records import Held, Name
from notifier.telling import Outcome

Make = Callable[..., Watch]
FOUND = Match(fits=True, score=0.8)
NAME = Name("w1", "arxiv:2401.00001", "summary")
BASE_S = 30.0


@pytest.fixture
def attempts(world: Any) -> Attempts:
    return Attempts(
        world.records,
        {Webhook: world.channel, Mail: world.channel},
        world.bus,
        policy=Policy(base_s=BASE_S, cap_s=3600, max_age_s=86400),
        now=world.clock,
    )


@pytest.fixture
def begin(world: Any, summary: SummaryReady) -> Callable[..., Any]:
    async def claimed(watch: Watch, paper: str = summary.paper) -> Held:
        delivery = fresh(watch, summary, FOUND, world.clock())
        held = await world.records.begin(delivery)
        assert held is not None
        return held  # type: ignore[no-any-return]

    return claimed


SENT = Outcome("sent", 200)
RETRY = Outcome("retry", 503, "answered 503", down="w1")


@pytest.mark.parametrize(
    ("outcome", "state", "notices", "is_open", "blocked_s"),
    [
        (Outcome("sent", 200), "sent", 1, False, None),
        (Outcome("failed", 0, "no such host"), "failed", 0, False, None),
        (Outcome("unknown", 0, "broke off"), "unknown", 0, False, None),
        (Outcome("gone", 410, "gone"), "failed", 0, False, None),
        (RETRY, "waiting", 0, True, BASE_S),
        (RETRY._replace(retry_after_s=600.0), "waiting", 0, True, 600.0),
        (RETRY._replace(retry_after_s=0.0), "waiting", 0, True, None),
        (RETRY._replace(retry_after_s=86401.0), "failed", 0, False, 86401.0),
        (Outcome("retry", 0, "full"), "waiting", 0, True, None),
    ],
)
async def test_each_outcome(
    world: Any,
    attempts: Attempts,
    begin: Any,
    make_watch: Make,
    outcome: Outcome,
    state: str,
    notices: int,
    is_open: bool,
    blocked_s: float | None,
) -> None:
    watch = make_watch()
    world.channel.outcomes = [outcome]

    assert await attempts.make(await begin(watch), watch) == state

    kept = (await world.records.get(NAME)).delivery
    assert (kept.state, kept.code, kept.attempts) == (state, outcome.code, 1)
    assert outcome.said in kept.said
    assert len(world.bus.notices) == notices
    assert await world.records.still_open() == ([NAME] if is_open else [])
    until = None if blocked_s is None else world.clock() + timedelta(seconds=blocked_s)
    assert attempts.blocked_until(watch) == until
    assert await world.records.is_disabled(watch) == (outcome.state == "gone")


async def test_failures_in_a_row_wait_longer_and_a_success_forgets_them(
    world: Any, attempts: Attempts, begin: Any, make_watch: Make
) -> None:
    watch = make_watch()
    held = await begin(watch)
    waits = []
    for _ in range(3):
        world.channel.outcomes = [RETRY]
        await attempts.make(held, watch)
        held = await world.records.get(NAME)
        until = attempts.blocked_until(watch)
        assert until is not None
        waits.append((until - world.clock()).total_seconds())
        assert held.delivery.next_at == stamp(until)
    assert waits == [BASE_S, 4 * BASE_S, 16 * BASE_S]

    assert await attempts.make(held, watch) == "sent"
    assert attempts.blocked_until(watch) is None
    assert attempts.blocked_until(make_watch("other")) is None


async def test_who_has_lost_the_claim_writes_nothing(
    world: Any, attempts: Attempts, begin: Any, make_watch: Make
) -> None:
    mail, hook = make_watch("m1", mail=True), make_watch()
    for watch in (mail, hook):
        held = await begin(watch)
        await world.records.change(held, held.delivery)
        before = dict(world.kv.values)
        assert await attempts.make(held, watch) == "lost"
        assert world.kv.values == before
    assert [telling.watch.id for telling in world.channel.sent] == ["w1"], (
        "mail was not handed over"
    )
    assert world.bus.notices == []


@pytest.mark.parametrize(("mail", "state"), [(True, "sending"), (False, "sending")])
async def test_a_crash_while_handing_over_can_be_seen(
    world: Any, attempts: Attempts, begin: Any, make_watch: Make, mail: bool, state: str
) -> None:
    watch = make_watch(mail=mail)
    world.channel.outcomes = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        await attempts.make(await begin(watch), watch)
    assert (await world.records.get(NAME)).delivery.state == state


async def test_mail_is_only_claimed_before_it_is_handed_over(
    world: Any, attempts: Attempts, begin: Any, make_watch: Make
) -> None:
    watch = make_watch(mail=True)
    world.channel.crash_before_handing = True
    with pytest.raises(KeyboardInterrupt):
        await attempts.make(await begin(watch), watch)
    assert (await world.records.get(NAME)).delivery.state == "claimed"


async def test_a_notice_that_fails_leaves_the_marker_and_comes_later(
    world: Any, attempts: Attempts, begin: Any, make_watch: Make
) -> None:
    watch = make_watch()
    world.bus.broken = Unavailable("nats", "gone")
    with pytest.raises(Unavailable):
        await attempts.make(await begin(watch), watch)
    kept = (await world.records.get(NAME)).delivery
    assert kept.state == "sent"
    assert await world.records.still_open() == [NAME]

    world.bus.broken = None
    await attempts.finish(kept)
    await attempts.finish(kept)
    assert await world.records.still_open() == []
    assert len({notice.event_id for notice in world.bus.notices}) == 1
    assert {notice.outcome for notice in world.bus.notices} == {"sent"}


def told() -> tuple[float, float]:
    name = "paperbus_announce_to_delivered_seconds"
    found = (REGISTRY.get_sample_value(f"{name}_{part}") for part in ("count", "sum"))
    count, total = (value or 0.0 for value in found)
    return count, total


@pytest.mark.parametrize(
    ("outcome", "epoch", "announced", "waited"),
    [
        (SENT, 0, True, 90.0),
        (SENT, 1, True, None),
        (SENT, 0, False, None),
        (RETRY, 0, True, None),
    ],
)
async def test_how_long_a_paper_took_is_counted_once_it_is_told(
    world: Any,
    attempts: Attempts,
    begin: Any,
    make_watch: Make,
    *,
    outcome: Outcome,
    epoch: int,
    announced: bool,
    waited: float | None,
) -> None:
    watch = make_watch()
    held = await begin(watch)
    at = stamp(world.clock() - timedelta(seconds=90)) if announced else ""
    event = msgspec.structs.replace(event_of(held.delivery), epoch=epoch, announced_at=at)
    body = msgspec.Raw(msgspec.json.encode(event))
    delivery = msgspec.structs.replace(held.delivery, event=body)
    world.channel.outcomes = [outcome]
    before = told()
    await attempts.make(held._replace(delivery=delivery), watch)
    after = told()
    assert after[0] - before[0] == (waited is not None)
    assert after[1] - before[1] == pytest.approx(waited or 0.0)
