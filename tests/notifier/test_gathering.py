"""Digests through a real SMTP conversation: each once, whatever fails or dies in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from email import message_from_bytes
from email.policy import default
from typing import Any

import msgspec
import pytest

from common.events import SummaryReady
from common.ids import parse_time, stamp
from common.watches import Delivery, Match, Watch, period_end
from mail_server import Server, serving
from notifier.claims import fresh, gathered
from notifier.mail import NO_MAIL, MailChannel
from notifier.policy import LEASE_S
from notifier.records import Held, Name
from notifier.settings import NotifierSettings
from notifier.telling import Handing, Outcome

Make = Callable[..., Watch]
END = parse_time("2026-11-22T07:00:00Z")
ONE, TWO = "arxiv:2401.00001", "arxiv:2401.00002"
FOUND = Match(fits=True, score=0.8)


class Killed(BaseException):
    """The process ended here."""


class Channel:
    """A real channel to a real server; it dies before or after the hand-over when asked to."""

    def __init__(self, server: Server, port: int) -> None:
        self.server = server
        own = NotifierSettings(
            smtp_host="127.0.0.1", smtp_port=port, smtp_tls="none", smtp_from="bus@example.org"
        )
        self._mail = MailChannel(own)
        self.dies = ""

    async def post(self, address: str, content: bytes, handing: Handing) -> Outcome:
        if self.dies == "before":
            raise Killed
        outcome = await self._mail.post(address, content, handing)
        if self.dies == "after":
            raise Killed
        return outcome

    @property
    def subjects(self) -> list[str]:
        """What arrived."""
        letters = [message_from_bytes(one, policy=default) for one in self.server.letters]
        return [str(one["Subject"]) for one in letters]


@pytest.fixture
async def mail() -> AsyncIterator[Channel]:
    server = Server()
    async with serving(server) as port:
        yield Channel(server, port)


@pytest.fixture
def daily(make_watch: Make) -> Watch:
    return make_watch(mail=True, every="day")


async def tell(world: Any, watch: Watch, event: SummaryReady, *papers: str) -> set[str]:
    await world.add(watch)
    events = [msgspec.structs.replace(event, paper=paper) for paper in papers or (ONE, TWO)]
    return {await world.teller.tell(watch, one, FOUND) for one in events}


async def records(world: Any) -> list[Delivery]:
    return await world.records.all()  # type: ignore[no-any-return]


async def states(world: Any) -> set[str]:
    return {one.state for one in await records(world)}


def at(world: Any, moment: str) -> None:
    world.clock.moment = parse_time(moment)


async def test_what_fits_is_gathered_and_told_at_the_end_of_its_period_once(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel
) -> None:
    assert await tell(world, daily, summary) == {"gathered"}
    assert await tell(world, daily, summary, ONE) == {"gathered"}, "the same message again"
    kept = (await records(world))[0]
    assert (kept.period, kept.next_at, kept.attempts) == (stamp(END), stamp(END), 0)
    assert kept.said == "goes into the digest of Sun 22 Nov: every day at 7 (UTC)"
    sweep = world.sweep(mail)
    for moment in ("2026-11-21T09:00:00Z", "2026-11-22T06:59:59Z"):
        at(world, moment)
        assert await sweep.once() == 2
    assert (mail.subjects, world.channel.sent) == ([], [])

    at(world, "2026-11-22T07:00:00Z")
    await sweep.once()
    for later in (sweep, world.sweep(mail)):
        assert await later.once() == 0

    assert mail.subjects == ["2 papers for “Watch w1” (Sun 22 Nov)"]
    found = await records(world)
    assert [(one.state, one.code, one.next_at) for one in found] == [("sent", 250, "")] * 2
    assert {one.period for one in found} == {stamp(END)}
    assert bytes(found[0].event) == b""
    assert [one.paper for one in world.bus.notices] == [ONE, TWO]
    newer = msgspec.structs.replace(summary, version=2)
    assert await world.teller.tell(daily, newer, FOUND) == "seen"


async def test_what_waits_for_its_digest_is_not_read_every_time(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel
) -> None:
    await tell(world, daily, summary)
    sweep, get, read = world.sweep(mail), world.kv.get, []

    async def counting(name: str) -> Any:
        read.append(name)
        return await get(name)

    world.kv.get = counting
    await sweep.once()
    known = len(read)
    for _ in range(5):
        await sweep.once()
    assert len(read) == known > 0


@pytest.mark.parametrize(
    ("dies", "letters", "state"),
    [("before", 1, "sent"), ("after", 1, "unknown"), ("marking", 1, "sent")],
)
async def test_killed_in_the_middle(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel, dies: str, letters: int,
    state: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    async def dying(held: Held, delivery: Delivery) -> Held | None:
        raise Killed

    await tell(world, daily, summary)
    world.clock.moment = END
    mail.dies = dies
    with monkeypatch.context() as patched:
        if dies == "marking":
            patched.setattr(world.records, "change", dying)
        with pytest.raises(Killed):
            await world.sweep(mail).once()
    mail.dies = ""

    await world.sweep(mail).once()
    world.clock.forward(LEASE_S + 1)
    await world.sweep(mail).once()

    assert len(mail.subjects) == letters
    assert await states(world) == {state}
    assert len(world.bus.notices) == (2 if state == "sent" else 0)
    assert await world.records.still_open() == []


async def test_two_replicas_send_one_letter(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel
) -> None:
    await tell(world, daily, summary)
    world.clock.moment = END
    await asyncio.gather(*(world.sweep(mail).once() for _ in range(3)))
    await world.sweep(mail).once()
    assert len(mail.subjects) == 1
    assert await states(world) == {"sent"}
    assert len(world.bus.notices) == 2


async def test_a_paper_that_came_too_late_for_its_letter_is_in_the_next(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel
) -> None:
    """Matched before seven, written down after the letter had gone."""
    await tell(world, daily, summary, ONE)
    world.clock.moment = END
    await world.sweep(mail).once()
    event = msgspec.structs.replace(summary, paper=TWO)
    late = fresh(daily, event, FOUND, world.clock())
    await world.records.begin(gathered(late, daily, END))

    await world.sweep(mail).once()
    assert len(mail.subjects) == 1
    kept = await world.records.get(Name(daily.id, TWO, "summary"))
    following = period_end(daily, END)
    assert (kept.delivery.state, kept.delivery.period) == ("gathered", stamp(following))
    world.clock.moment = following
    await world.sweep(mail).once()
    assert mail.subjects[1] == "1 paper for “Watch w1” (Mon 23 Nov)"
    assert await states(world) == {"sent"}


@pytest.mark.parametrize("ended", ["removed", "inactive"])
async def test_a_watch_that_ended_before_its_period_sends_nothing(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel, ended: str
) -> None:
    await tell(world, daily, summary)
    if ended == "removed":
        await world.watches.delete(daily.id)
    else:
        await world.add(msgspec.structs.replace(daily, active=False))
    sweep = world.sweep(mail)
    await sweep.once()
    assert await states(world) == {"gathered"}, "it may be switched on again"
    world.clock.moment = END
    await sweep.once()
    assert (mail.subjects, await states(world)) == ([], {"failed"})
    assert "was ended" in (await records(world))[0].said
    assert await world.records.still_open() == []


async def test_a_server_that_is_away_is_asked_again_and_the_letter_grows_no_twin(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel
) -> None:
    await tell(world, daily, summary)
    world.clock.moment = END
    mail.server.answers = {"hello": "421 busy"}
    sweep = world.sweep(mail)
    await sweep.once()
    found = await records(world)
    assert {one.state for one in found} == {"gathered"}
    assert {one.next_at for one in found} == {"2026-11-22T07:00:30.000000Z"}
    assert {one.period for one in found} == {stamp(END)}
    mail.server.answers = {}
    await sweep.once()
    assert mail.subjects == [], "not before it is time"
    world.clock.forward(31)
    await sweep.once()
    assert (len(mail.subjects), await states(world)) == (1, {"sent"})


async def test_a_letter_that_is_put_off_is_not_torn_apart(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel
) -> None:
    """As a crash leaves it: only one of its papers says that it waits for longer."""
    await tell(world, daily, summary)
    held = await world.records.get(Name(daily.id, ONE, "summary"))
    later = msgspec.structs.replace(held.delivery, next_at="2026-11-22T09:00:00Z")
    await world.records.change(held, later)
    world.clock.moment = END
    await world.sweep(mail).once()
    assert mail.subjects == ["2 papers for “Watch w1” (Sun 22 Nov)"]


@pytest.mark.parametrize(
    ("answers", "settings", "state", "said"),
    [
        ({"rcpt": "550 unknown user"}, {}, "failed", "unknown user"),
        ({"end": ""}, {}, "unknown", "may have taken it"),
        ({}, {"smtp_host": ""}, "failed", NO_MAIL),
    ],
)
async def test_what_became_of_the_letter_became_of_its_papers(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel,
    answers: dict[str, str], settings: dict[str, str], state: str, said: str,
) -> None:  # fmt: skip
    await tell(world, daily, summary)
    world.clock.moment = END
    mail.server.answers = answers
    for _ in range(2):
        await world.sweep(mail, **settings).once()
    found = await records(world)
    assert [one.state for one in found] == [state] * 2
    assert all(said in one.said for one in found)
    assert world.bus.notices == []


async def test_while_mail_is_switched_off_it_waits_without_a_try(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel
) -> None:
    await tell(world, daily, summary)
    world.clock.moment = END
    world.flags["mail"] = False
    await world.sweep(mail).once()
    found = await records(world)
    assert {one.state for one in found} == {"gathered"}
    assert all(parse_time(one.next_at) > END for one in found)
    world.flags["mail"] = True
    world.clock.forward(40)
    await world.sweep(mail).once()
    assert mail.subjects == ["2 papers for “Watch w1” (Sun 22 Nov)"]


async def test_every_period_has_a_letter_of_its_own(
    world: Any, daily: Watch, summary: SummaryReady, mail: Channel
) -> None:
    await tell(world, daily, summary, ONE)
    world.clock.moment = END
    await tell(world, daily, summary, TWO)
    world.clock.moment = parse_time("2026-11-25T00:00:00Z")
    await world.sweep(mail).once()
    days = ["1 paper for “Watch w1” (Sun 22 Nov)", "1 paper for “Watch w1” (Mon 23 Nov)"]
    assert mail.subjects == days


async def test_a_watch_changed_meanwhile(
    world: Any, daily: Watch, make_watch: Make, summary: SummaryReady, mail: Channel
) -> None:
    """At once by mail: what was gathered still comes together. By webhook: one by one."""
    await tell(world, daily, summary)
    await tell(world, make_watch("w2", mail=True, every="week"), summary)
    await world.add(msgspec.structs.replace(daily, every="now"))
    await world.add(make_watch("w2"))
    world.clock.moment = parse_time("2026-11-23T07:00:00Z")
    await world.sweep(mail).once()
    assert mail.subjects == ["2 papers for “Watch w1” (Sun 22 Nov)"]
    assert [one.watch.id for one in world.channel.sent] == ["w2", "w2"]
    assert {(one.state, one.channel) for one in await records(world)} == {
        ("sent", "mail"),
        ("sent", "webhook"),
    }
