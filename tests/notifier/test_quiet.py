"""Periods in which nothing came: one short letter, for those who asked for it."""

from collections.abc import Callable
from typing import Any

import pytest

from common.events import SummaryReady
from common.ids import parse_time
from common.watches import Match, Watch
from notifier.quiet import Quiet
from notifier.telling import Handing, Outcome

Make = Callable[..., Watch]
END = parse_time("2026-11-22T07:00:00Z")
FOUND = Match(fits=True, score=1.0)


class Postman:
    """Takes every letter; ``outcomes`` come first."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.sent: list[bytes] = []

    async def post(self, address: str, content: bytes, handing: Handing) -> Outcome:
        if self.outcomes:
            return self.outcomes.pop(0)
        assert await handing()
        self.sent.append(content)
        return Outcome("sent", 250)


@pytest.fixture
def postman() -> Postman:
    return Postman()


def quiet(world: Any, postman: Postman) -> Quiet:
    """Another process."""
    gathering, blocked = world.gathering(postman), world.replica().blocked_until
    return Quiet(world.records, world.watchlist, gathering, blocked=blocked, now=world.clock)


async def test_it_is_said_once_a_period(world: Any, make_watch: Make, postman: Postman) -> None:
    await world.add(make_watch(mail=True, every="day", empty=True))
    world.clock.moment = END
    first = quiet(world, postman)
    for one in (first, first, quiet(world, postman)):
        await one.once()
        world.clock.forward(3600)
    assert len(postman.sent) == 1
    assert b"Nothing came" in postman.sent[0]
    world.clock.forward(86400)
    await first.once()
    assert len(postman.sent) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"empty": False},
        {"every": "now"},
        {"every": "week"},
        {"active": False},
        {"created": "2026-11-22T07:00:00Z"},
        {"changed": "2026-11-22T07:30:00Z"},
    ],
    ids=["not asked for", "at once", "the week lasts", "off", "made since", "changed since"],
)
async def test_it_is_said_to_nobody_else(
    world: Any, make_watch: Make, postman: Postman, fields: dict[str, Any]
) -> None:
    known = {"mail": True, "every": "day", "empty": True, "created": "2026-11-21T07:00:00Z"}
    await world.add(make_watch(**{**known, **fields}))
    world.clock.moment = END
    world.clock.forward(3600)
    await quiet(world, postman).once()
    assert postman.sent == []


async def test_where_something_was_gathered_the_digest_comes_alone(
    world: Any, make_watch: Make, postman: Postman, summary: SummaryReady
) -> None:
    watch = await world.add(make_watch(mail=True, every="day", empty=True))
    await world.teller.tell(watch, summary, FOUND)
    world.clock.moment = END
    for _ in range(2):
        await quiet(world, postman).once()
        assert len(postman.sent) <= 1
        await world.sweep(postman).once()
    assert len(postman.sent) == 1
    assert b"1 paper" in postman.sent[0]


async def test_it_waits_for_a_server_that_is_away_or_mail_that_is_switched_off(
    world: Any, make_watch: Make, postman: Postman
) -> None:
    await world.add(make_watch(mail=True, every="day", empty=True))
    world.clock.moment = END
    one = quiet(world, postman)
    world.flags["mail"] = False
    await one.once()
    world.flags["mail"] = True
    postman.outcomes = [Outcome("retry", 0, "no route", down="smtp")]
    for seconds, letters in ((0, 0), (5, 0), (31, 1), (60, 1)):
        world.clock.forward(seconds)
        await one.once()
        assert len(postman.sent) == letters
