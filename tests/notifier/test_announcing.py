"""Mail about the system: to whom, once each, and what follows when the server has none of it."""

from collections.abc import Callable
from typing import Any

import pytest

from common.chores import MailRequested
from common.errors import Retryable, Unavailable
from common.objects import ObjectMissing
from common.papermeta import ObjectRef
from common.watches import Watch
from notifier.announcement import Announcement, letter
from notifier.announcing import Announcing
from notifier.policy import LEASE_S, Policy
from notifier.posts import Posts
from notifier.settings import NotifierSettings
from notifier.telling import Handing, Outcome

MAIL = MailRequested(name="doctor-1", title="paperbus is degraded", text="disk: 91 % <used>")
LOST = ObjectRef(key="lost", sha256="", size_bytes=0)
PAGE = ObjectRef(key="report/1", sha256="0" * 64, size_bytes=1)


class Killed(BaseException):
    """The process ended here."""


class Server:
    """Takes messages; its outcomes are given by address, one after the other."""

    def __init__(self) -> None:
        self.outcomes: dict[str, list[Outcome]] = {}
        self.sent: list[tuple[str, bytes]] = []
        self.crash_handing = False

    async def post(self, address: str, content: bytes, handing: Handing) -> Outcome:
        waiting = self.outcomes.get(address, [])
        outcome = waiting.pop(0) if waiting else Outcome("sent", 250)
        if outcome.state == "retry":
            return outcome
        if not await handing():
            return Outcome("lost")
        self.sent.append((address, content))
        if self.crash_handing:
            raise Killed
        return outcome

    @property
    def told(self) -> list[str]:
        return sorted(address for address, _ in self.sent)


class Store:
    """Holds one page, or has lost it."""

    async def get(self, ref: ObjectRef) -> bytes:
        if ref.key == "lost":
            raise ObjectMissing("gone")
        return b"<p>the page</p>"


class System:
    """The part of a notifier that mails, in memory."""

    def __init__(self, world: Any, **settings: str) -> None:
        known = {"smtp_host": "mail", "smtp_from": "bus@example.org", **settings}
        self.settings = NotifierSettings(**known)  # type: ignore[arg-type]
        self.world, self.server = world, Server()

    def replica(self) -> Announcing:
        policy = Policy(base_s=30, cap_s=3600, max_age_s=86400)
        posts = Posts(self.world.kv, self.server, policy=policy, now=self.world.clock)
        return Announcing(self.settings, posts, self.world.watchlist, Store())


@pytest.fixture
def system(world: Any) -> System:
    return System(world, operators_mail="a@example.org, b@example.org,A@example.org")


async def test_each_address_is_told_once(system: System) -> None:
    for _ in range(2):
        await system.replica().announce(MAIL)
    assert system.server.told == ["A@example.org", "b@example.org"]
    await system.replica().announce(MailRequested(name="doctor-2", title="t", text="x"))
    assert len(system.server.sent) == 4


async def test_watchers_are_those_with_a_living_watch_that_mails(
    system: System, make_watch: Callable[..., Watch]
) -> None:
    one = make_watch("one", mail=True)
    off = make_watch("two", mail=True, active=False)
    for watch in (one, off, make_watch("hook"), make_watch("again", channel=one.channel)):
        await system.world.add(watch)
    await system.replica().announce(
        MailRequested(name="m", audience="watchers", title="t", text="x")
    )
    assert system.server.told == ["one@example.org"]


@pytest.mark.parametrize("settings", [{"smtp_host": ""}, {"operators_mail": ""}])
async def test_where_nobody_can_be_told_nothing_is_kept(
    world: Any, settings: dict[str, str]
) -> None:
    system = System(world, **{"operators_mail": "a@example.org", **settings})
    await system.replica().announce(MAIL)
    assert (system.server.sent, world.kv.values) == ([], {})


async def test_a_server_that_is_away_costs_no_attempt(system: System) -> None:
    away = Outcome("retry", 0, "no route", down="smtp")
    system.server.outcomes = {"A@example.org": [away], "b@example.org": [away]}
    with pytest.raises(Unavailable, match="2 of 2 are still to be told: no route"):
        await system.replica().announce(MAIL)
    system.world.clock.forward(31)
    await system.replica().announce(MAIL)
    assert len(system.server.sent) == 2


async def test_one_who_is_greylisted_holds_up_no_other(system: System) -> None:
    later = Outcome("retry", 450, "greylisted", down="b@example.org")
    system.server.outcomes = {"b@example.org": [later, later]}
    for seconds in (0, 31):
        system.world.clock.forward(seconds)
        with pytest.raises(Retryable, match="1 of 2") as caught:
            await system.replica().announce(MAIL)
        assert not isinstance(caught.value, Unavailable)
        assert caught.value.delay_s is not None
        assert caught.value.delay_s >= 30
    with pytest.raises(Retryable):  # not yet
        await system.replica().announce(MAIL)
    system.world.clock.forward(121)
    await system.replica().announce(MAIL)
    assert system.server.told == ["A@example.org", "b@example.org"]


@pytest.mark.parametrize("state", ["failed", "unknown"])
async def test_a_definite_end_is_an_end(system: System, state: str) -> None:
    system.server.outcomes = {"b@example.org": [Outcome(state, 550, "no such user")]}
    for _ in range(2):
        await system.replica().announce(MAIL)
    assert len(system.server.sent) == 2


async def test_a_crash_in_the_hand_over_is_not_repeated(system: System) -> None:
    """A mail cannot be taken back: a doubt is recorded, and no second one sent."""
    system.settings = NotifierSettings(
        smtp_host="mail", smtp_from="bus@example.org", operators_mail="a@example.org"
    )
    system.server.crash_handing = True
    with pytest.raises(Killed):
        await system.replica().announce(MAIL)
    system.server.crash_handing = False
    with pytest.raises(Retryable):  # another may still be at it
        await system.replica().announce(MAIL)
    system.world.clock.forward(LEASE_S + 1)
    await system.replica().announce(MAIL)
    assert len(system.server.sent) == 1
    (entry,) = system.world.kv.values.values()
    assert b'"unknown"' in entry.value


@pytest.mark.parametrize(
    ("html", "part"),
    [(None, "disk: 91 % &lt;used&gt;"), (PAGE, "the page"), (LOST, "&lt;used")],
)
async def test_text_and_page(system: System, html: ObjectRef | None, part: str) -> None:
    await system.replica().announce(MailRequested(name="n", title="T", text=MAIL.text, html=html))
    body = system.server.sent[0][1].decode()
    assert part in body
    assert "disk: 91 % <used>" in body


def test_the_letter_says_what_it_is() -> None:
    request = MailRequested(name="n", audience="watchers", title="Down\r\nBcc: x@y", text="soon")
    made = letter(Announcement(request), "a@example.org", "bus@example.org", "https://p.example/")
    assert made["Subject"] == "Down Bcc: x@y"
    assert made["List-Id"] == "<watchers.paperbus.example.org>"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["List-Unsubscribe"] == "<https://p.example/watches>"
    assert made["Message-ID"].endswith("@example.org>")
    assert made["Bcc"] is None
    other = letter(Announcement(request), "b@example.org", "bus@example.org")
    assert other["Message-ID"] != made["Message-ID"]
    assert other["List-Unsubscribe"] is None
