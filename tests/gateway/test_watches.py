import base64
from typing import Any

import msgspec
import pytest

from common.errors import UsageError
from common.kv import key
from common.watches import Watch, Webhook
from fakes_gateway import FakeKv
from gateway import watches
from gateway.failures import Conflict, Missing, Unprocessable
from gateway.watches import TRIES
from gateway.watchforms import FiltersAsked, MailAsked, WatchCreate, WatchPatch, WebhookAsked

AT, LATER = "2026-07-14T08:00:00Z", "2026-07-14T09:00:00Z"
HOOK = WebhookAsked(url="https://hooks.example/a/token")
MAIL = MailAsked(address="ada@example.org")


def asked(**more: Any) -> WatchCreate:
    return WatchCreate(**{"name": "Graphs", "query": "graph", "channel": MAIL, **more})


def kept(kv: FakeKv, watch_id: str) -> Watch:
    return msgspec.json.decode(kv.values[key(watch_id)].value, type=Watch)


class Busy(FakeKv):
    """Somebody else writes right before each of the first ``times`` updates."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def update(self, name: str, value: bytes, revision: int) -> int | None:
        if self.times:
            self.times -= 1
            other = msgspec.json.decode(self.values[name].value, type=Watch)
            other = msgspec.structs.replace(other, query="someone else's")
            self._store(name, msgspec.json.encode(other))
        return await super().update(name, value, revision)


async def test_a_watch_is_kept_as_it_was_asked_for() -> None:
    kv = FakeKv()
    narrow = FiltersAsked(categories=("cs.LG",), authors=("Lovelace",), feeds=("ai",))
    wanted = asked(name=" Graphs ", query=" graph ", filters=narrow, min_score=0.7, on="embedded")
    made = await watches.create(kv, wanted, at=AT)
    watch = kept(kv, made.id)
    assert (watch.name, watch.query, watch.min_score, watch.on) == (
        "Graphs",
        "graph",
        0.7,
        "embedded",
    )
    assert (watch.filters.categories, watch.filters.authors, watch.filters.feeds) == (
        ("cs.LG",),
        ("Lovelace",),
        ("ai",),
    )
    assert (watch.created, watch.active) == (AT, True)
    assert await watches.one(kv, made.id) == made


async def test_two_alike_without_a_key_are_two() -> None:
    kv = FakeKv()
    first = await watches.create(kv, asked(), at=AT)
    second = await watches.create(kv, asked(), at=AT)
    assert first.id != second.id
    assert len(kv.values) == 2


async def test_a_secret_is_told_once_and_the_path_never() -> None:
    kv = FakeKv()
    made = await watches.create(kv, asked(channel=HOOK), at=AT)
    channel = kept(kv, made.id).channel
    assert isinstance(channel, Webhook)
    assert channel.secret == made.secret
    assert len(base64.b64decode(made.secret.removeprefix("whsec_"))) == 32
    later = await watches.one(kv, made.id)
    changed = await watches.change(kv, made.id, WatchPatch(name="Other"), at=LATER)
    for told in (later, changed, (await watches.all_of(kv)).items[0]):
        assert told.secret == ""
        assert "token" not in repr(told)
        assert told.channel.place == "https://hooks.example"
    assert kept(kv, made.id).channel == channel, "it is not lost when something else changes"


async def test_every_webhook_has_a_secret_of_its_own() -> None:
    kv = FakeKv()
    made = [await watches.create(kv, asked(channel=HOOK), at=AT) for _ in range(5)]
    assert len({one.secret for one in made}) == 5
    moved = await watches.change(kv, made[0].id, WatchPatch(channel=HOOK), at=LATER)
    assert moved.secret not in {one.secret for one in made}
    assert moved.secret
    mailed = await watches.change(kv, made[1].id, WatchPatch(channel=MAIL), at=LATER)
    assert (mailed.secret, mailed.channel.kind) == ("", "mail")


async def test_the_same_key_finds_the_watch_of_the_first_time() -> None:
    kv = FakeKv()
    first = await watches.create(kv, asked(channel=HOOK), at=AT, once="k1")
    again = await watches.create(kv, asked(channel=HOOK), at="2026-07-15T08:00:00Z", once="k1")
    assert again == first
    assert len(kv.values) == 1
    other = await watches.create(kv, asked(channel=HOOK), at=AT, once="k2")
    assert other.id != first.id


@pytest.mark.parametrize(
    "more",
    [
        {"name": "Other"},
        {"query": "protein"},
        {"channel": MAIL},
        {"channel": WebhookAsked(url="https://hooks.example/b")},
        {"filters": FiltersAsked(categories=("cs.LG",))},
        {"min_score": 0.9},
        {"on": "embedded"},
        {"hour": 8},
        {"time_zone": "Europe/Berlin"},
        {"empty": True},
    ],
)
async def test_the_same_key_with_other_words_is_refused(more: dict[str, Any]) -> None:
    kv = FakeKv()
    first = await watches.create(kv, asked(channel=HOOK), at=AT, once="k1")
    before = kv.values[key(first.id)]
    with pytest.raises(Unprocessable, match="use a new key"):
        await watches.create(kv, asked(**{"channel": HOOK, **more}), at=AT, once="k1")
    assert kv.values[key(first.id)] == before


WRONG = [
    ({"name": "  "}, "name"),
    ({"name": "two\nlines"}, "name"),
    ({"query": " ", "filters": FiltersAsked()}, "query"),
    ({"query": '"open'}, "query"),
    ({"query": "xx:yy"}, "query"),
    ({"query": "-only"}, "query"),
    ({"query": "the of"}, "query"),
    ({"channel": MailAsked(address="nobody")}, "channel.address"),
    ({"channel": MailAsked(address="a@b.example\r\nBcc: c@d.example")}, "channel.address"),
    ({"channel": WebhookAsked(url="ftp://x.example")}, "channel.url"),
    ({"channel": WebhookAsked(url="https://u:p@x.example")}, "channel.url"),
    ({"channel": WebhookAsked(url="https://x.example:99999")}, "channel.url"),
    ({"channel": WebhookAsked(url="/only/a/path")}, "channel.url"),
    ({"channel": HOOK, "every": "day"}, "every"),
    ({"time_zone": "Berlin"}, "time_zone"),
    ({"hour": 24}, "hour"),
]


@pytest.mark.parametrize(("more", "field"), WRONG)
async def test_wrong_fields_are_named_and_nothing_is_kept(more: dict[str, Any], field: str) -> None:
    kv = FakeKv()
    with pytest.raises(UsageError) as told:
        await watches.create(kv, asked(**more), at=AT)
    assert told.value.field == field
    assert kv.values == {}


@pytest.mark.parametrize(("more", "field"), WRONG)
async def test_wrong_changes_are_named_and_change_nothing(more: dict[str, Any], field: str) -> None:
    kv = FakeKv()
    made = await watches.create(kv, asked(), at=AT)
    before = kv.values[key(made.id)]
    with pytest.raises(UsageError) as told:
        await watches.change(kv, made.id, WatchPatch(**more), at=LATER)
    assert told.value.field == field
    assert kv.values[key(made.id)] == before


@pytest.mark.parametrize(
    ("patch", "field", "value"),
    [
        (WatchPatch(name="New"), "name", "New"),
        (WatchPatch(query="protein"), "query", "protein"),
        (WatchPatch(min_score=0.0), "min_score", 0.0),
        (WatchPatch(on="embedded"), "on", "embedded"),
        (WatchPatch(active=False), "active", False),
        (WatchPatch(every="week"), "every", "week"),
        (WatchPatch(hour=0), "hour", 0),
        (WatchPatch(time_zone="Asia/Tokyo"), "time_zone", "Asia/Tokyo"),
        (WatchPatch(empty=True), "empty", True),
        (WatchPatch(query="", filters=FiltersAsked(feeds=("ai",))), "query", ""),
    ],
)
async def test_only_what_is_named_changes(patch: WatchPatch, field: str, value: Any) -> None:
    kv = FakeKv()
    made = await watches.create(kv, asked(filters=FiltersAsked(categories=("cs.LG",))), at=AT)
    before = kept(kv, made.id)
    told = await watches.change(kv, made.id, patch, at=LATER)
    after = kept(kv, made.id)
    assert getattr(after, field) == getattr(told, field) == value
    same = set(Watch.__struct_fields__) - {field, "filters", "changed"}
    assert after.changed == LATER
    assert all(getattr(after, name) == getattr(before, name) for name in same)


async def test_a_digest_is_kept_and_told_in_words() -> None:
    kv = FakeKv()
    made = await watches.create(
        kv, asked(every="day", hour=9, time_zone=" Europe/Berlin ", empty=True), at=AT
    )
    watch = kept(kv, made.id)
    assert (watch.every, watch.hour, watch.time_zone) == ("day", 9, "Europe/Berlin")
    assert (watch.empty, watch.gathers, watch.changed) == (True, True, "")
    assert made.tells == "every day at 9 (Europe/Berlin)"
    with pytest.raises(UsageError, match="must be now for a webhook") as told:
        await watches.change(kv, made.id, WatchPatch(channel=HOOK), at=LATER)
    assert told.value.field == "every"
    both = WatchPatch(channel=HOOK, every="now")
    assert (await watches.change(kv, made.id, both, at=LATER)).tells == "at once"


async def test_an_empty_change_is_refused() -> None:
    kv = FakeKv()
    made = await watches.create(kv, asked(), at=AT)
    with pytest.raises(UsageError, match="names nothing to change"):
        await watches.change(kv, made.id, WatchPatch(), at=LATER)


async def test_a_change_that_meets_another_keeps_both() -> None:
    kv = Busy(TRIES - 1)
    made = await watches.create(kv, asked(), at=AT)
    told = await watches.change(kv, made.id, WatchPatch(name="Mine"), at=LATER)
    assert (told.name, told.query) == ("Mine", "someone else's")


async def test_a_change_that_always_meets_another_gives_up() -> None:
    kv = Busy(TRIES)
    made = await watches.create(kv, asked(), at=AT)
    with pytest.raises(Conflict, match="try again"):
        await watches.change(kv, made.id, WatchPatch(name="Mine"), at=LATER)
    assert kept(kv, made.id).name == "Graphs"


@pytest.mark.parametrize("watch_id", ["", "nothing", "a.b", "a*", ">", "é/../x", "x" * 300])
async def test_what_is_not_there_is_missing(watch_id: str) -> None:
    kv = FakeKv()
    await watches.create(kv, asked(), at=AT)
    with pytest.raises(Missing):
        await watches.one(kv, watch_id)
    with pytest.raises(Missing):
        await watches.change(kv, watch_id, WatchPatch(name="x"), at=LATER)
    with pytest.raises(Missing):
        await watches.remove(kv, watch_id)
    assert len(kv.values) == 1


async def test_the_newest_comes_first_and_what_is_removed_is_gone() -> None:
    kv = FakeKv()
    made = [
        await watches.create(kv, asked(), at=f"2026-07-{day}T08:00:00Z") for day in (11, 13, 12)
    ]
    order = [made[1].id, made[2].id, made[0].id]
    assert [one.id for one in (await watches.all_of(kv)).items] == order
    await watches.remove(kv, made[1].id)
    assert [one.id for one in (await watches.all_of(kv)).items] == order[1:]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"\xff",
        b'{"id":"\xff"}',
        b'{"id":"x"}',
        b'{"id":"x","name":"n","channel":{"kind":"pigeon"}}',
        b'{"id":"x","more":' + b"[" * 5000 + b"]" * 5000 + b"}",
    ],
)
async def test_a_watch_nobody_can_read_is_passed_over(body: bytes) -> None:
    kv = FakeKv()
    made = await watches.create(kv, asked(), at=AT)
    await kv.put(key("x"), body)
    assert [one.id for one in (await watches.all_of(kv)).items] == [made.id]
    with pytest.raises(Missing):
        await watches.one(kv, "x")
