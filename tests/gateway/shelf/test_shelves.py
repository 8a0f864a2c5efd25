"""Shelves in memory follow their bucket."""

from collections.abc import Callable

import msgspec
import pytest

from common.errors import Unavailable
from common.kv import Entry, key
from fakes_gateway import FakeKv
from gateway.failures import Conflict
from gateway.shelf import shelves
from gateway.shelf.said import Said
from gateway.shelf.shelves import AWAY_S, BEHIND, LOOK_EVERY_S, OTHERS_S, Shelves

ME = "owner"


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def like(at: str = "1") -> Callable[[Said], Said]:
    return lambda before: msgspec.structs.replace(before, opinion="like", at=at)


class Broken(FakeKv):
    away = False

    async def revision(self) -> int:
        if self.away:
            raise Unavailable("nats", "gone")
        return self.changes


async def test_ones_own_word_is_seen_at_once_and_costs_no_read() -> None:
    kv, clock = FakeKv(), Clock()
    made = Shelves(kv, kv, clock=clock)
    assert (await made.of(ME)).entries == ()
    reads = kv.reads
    for n in range(3):
        await made.say(ME, f"p{n}", like(str(n)))
        assert (await made.of(ME)).liked[0] == f"p{n}"
    before = await made.of(ME)
    assert await made.of(ME) is before
    assert kv.reads == reads
    await made.forget(ME, "p1")
    assert (await made.of(ME)).liked == ("p2", "p0")


async def test_what_another_replica_kept_is_seen_soon() -> None:
    kv, clock = FakeKv(), Clock()
    here, there = Shelves(kv, kv, clock=clock), Shelves(kv, kv)
    assert (await here.of(ME)).liked == ()
    await there.say(ME, "p", like())
    await there.say("ada", "q", like())
    assert (await here.of(ME)).liked == ()
    clock.now_s += LOOK_EVERY_S
    assert (await here.of(ME)).liked == ("p",)
    assert {who: one.liked for who, one in (await here.everyone()).items()} == {
        ME: ("p",),
        "ada": ("q",),
    }
    await there.forget(ME, "p")
    clock.now_s += LOOK_EVERY_S
    assert (await here.of(ME)).liked == ()


async def test_two_who_speak_at_once_are_both_heard() -> None:
    kv = FakeKv()
    one, other = Shelves(kv, kv), Shelves(kv, kv)
    raced: list[Said] = []

    def tagged(before: Said) -> Said:
        return msgspec.structs.replace(before, tags=("x",))

    class Racing(FakeKv):
        async def get(self, name: str) -> Entry | None:
            found = await kv.get(name)
            if not raced:  # the other one is quicker
                raced.append(await other.say(ME, "p", tagged))
            return found

        create, update = kv.create, kv.update

    racing = Shelves(Racing(), kv)
    said = await racing.say(ME, "p", like())
    assert (said.opinion, said.tags) == ("like", ("x",))
    assert (await one.of(ME)).said("p") == said


async def test_the_same_again_stores_nothing() -> None:
    kv = FakeKv()
    made = Shelves(kv, kv)
    await made.say(ME, "p", like())
    changes = kv.changes
    await made.say(ME, "p", lambda before: before)
    assert kv.changes == changes


async def test_while_the_bus_is_away_the_last_view_stays() -> None:
    kv, clock = Broken(), Clock()
    made = Shelves(kv, kv, clock=clock)
    kv.away = True
    with pytest.raises(Unavailable):
        await made.of(ME)
    kv.away = False
    await Shelves(kv, kv).say(ME, "p", like())
    assert (await made.of(ME)).liked == ("p",)
    kv.away = True
    clock.now_s += LOOK_EVERY_S
    assert (await made.of(ME)).liked == ("p",)
    kv.away = False
    await Shelves(kv, kv).say(ME, "q", like("2"))
    clock.now_s += AWAY_S
    assert (await made.of(ME)).liked == ("q", "p")


async def test_a_server_that_lags_is_not_believed_but_a_bucket_put_back_is() -> None:
    kv, clock = FakeKv(), Clock()
    made = Shelves(kv, kv, clock=clock)
    for n in range(3):
        await made.say(ME, f"p{n}", like(str(n)))
    clock.now_s += LOOK_EVERY_S
    assert len((await made.of(ME)).liked) == 3
    kv.changes, kept = 1, kv.values.pop(key(ME, "p2"))
    for _ in range(BEHIND - 1):
        clock.now_s += LOOK_EVERY_S
        assert len((await made.of(ME)).liked) == 3
    clock.now_s += LOOK_EVERY_S
    assert (await made.of(ME)).liked == ("p1", "p0")
    assert kept.revision == 3


async def test_what_cannot_be_read_is_nothing_and_can_be_said_anew() -> None:
    kv = FakeKv()
    await kv.put(key(ME, "p"), b"\xff")
    await kv.put("odd", b"{}")
    made = Shelves(kv, kv)
    assert (await made.of(ME)).entries == ()
    await made.say(ME, "p", like())
    assert (await made.of(ME)).liked == ("p",)


async def test_a_full_shelf_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "MAX_PAPERS", 1)
    kv = FakeKv()
    made = Shelves(kv, kv)
    await made.say(ME, "p", like())
    with pytest.raises(Conflict, match="take some out"):
        await made.say(ME, "q", like())
    await made.say(ME, "p", like("2"))


async def test_what_others_want_is_put_together_once_a_minute() -> None:
    kv, clock = FakeKv(), Clock()
    made = Shelves(kv, kv, clock=clock)
    assert (await made.others_of(ME)).people == 0
    await made.say(ME, "mine", like())
    await made.say("ada", "hers", like())
    assert (await made.others_of(ME)).people == 0
    clock.now_s += OTHERS_S
    found = await made.others_of(ME)
    assert found.papers == ["hers"]
    assert await made.others_of(ME) is found
