"""Which models the index is kept in."""

from collections.abc import Callable
from typing import cast

import pytest

from common.embed.factory import LOCAL_MODEL, STATIC_MODEL
from common.errors import Terminal, UsageError
from common.kv import Entry, Kv
from common.secret import Secret
from common.settings import EmbedSettings
from common.vectors import spaces
from common.vectors.spaces import Begun, Space, Spaces

OLD = Space(model="old", dim=4, kind="local")
NEW = Space(model="new", dim=4, kind="openai", base_url="http://x/v1")


class Memory:
    """A bucket in memory."""

    def __init__(self) -> None:
        self.entry: Entry | None = None

    async def get(self, name: str) -> Entry | None:
        return self.entry

    async def create(self, name: str, value: bytes) -> int | None:
        return None if self.entry else self._store(value)

    async def update(self, name: str, value: bytes, revision: int) -> int | None:
        fits = self.entry is not None and self.entry.revision == revision
        return self._store(value) if fits else None

    async def put(self, name: str, value: bytes) -> int:
        return self._store(value)

    def _store(self, value: bytes) -> int:
        self.entry = Entry(value, self.entry.revision + 1 if self.entry else 1)
        return self.entry.revision


def test_two_models_of_one_length_have_two_collections() -> None:
    assert OLD.collection == "papers__old__4__v1"
    assert OLD.collection != NEW.collection
    both = Spaces(serving=OLD, also=NEW)
    assert both.behind(NEW.collection) == NEW
    assert both.behind("papers__other__4__v1") is None
    assert Spaces(serving=OLD).all == (OLD,)


def test_the_aliases_say_which_one_serves() -> None:
    both = Spaces(serving=OLD, also=NEW)
    assert both.turned(OLD.collection) == both
    there = both.turned(NEW.collection)
    assert (there.serving, there.also, there.switched) == (NEW, OLD, True)
    assert there.turned(NEW.collection) == there
    assert there.turned(OLD.collection) == both


def test_how_to_load_it_is_told_and_secrets_stay_at_home() -> None:
    own = EmbedSettings(embedding_dir="/x", embedding_api_key=Secret("hidden"), embedding_threads=3)
    told = NEW.settings(own)
    assert (told.embedding_kind, told.embedding_model, told.embedding_dir) == ("openai", "new", "")
    assert told.embedding_base_url == "http://x/v1"
    assert (told.embedding_api_key.reveal(), told.embedding_threads) == ("hidden", 3)
    assert "hidden" not in repr(told)


async def test_a_record_is_guarded_and_wins_over_what_was_begun_with() -> None:
    recorded, stated = Memory(), Memory()
    buckets = {spaces.RECORD: recorded, spaces.STATED: stated}.__getitem__
    assert await known(buckets) == spaces.Kept(None, 0)
    await spaces.state(cast(Kv, stated), Begun(space=OLD))
    first = Spaces(serving=OLD)
    assert await known(buckets) == spaces.Kept(first, 0)
    both = Spaces(serving=OLD, also=NEW)
    assert await spaces.record(cast(Kv, recorded), both, 0)
    assert not await spaces.record(cast(Kv, recorded), first, 0), "there is one"
    assert await known(buckets) == spaces.Kept(both, 1)
    assert await spaces.record(cast(Kv, recorded), both.turned(NEW.collection), 1)
    assert not await spaces.record(cast(Kv, recorded), first, 1), "it was changed"
    assert (await known(buckets)).revision == 2


async def test_a_record_of_an_index_that_is_gone_counts_no_more() -> None:
    recorded, stated = Memory(), Memory()
    buckets = {spaces.RECORD: recorded, spaces.STATED: stated}.__getitem__
    assert await spaces.record(cast(Kv, recorded), Spaces(serving=NEW), 0)
    await spaces.state(cast(Kv, stated), Begun(space=OLD, passed_over=1))
    assert await known(buckets) == spaces.Kept(Spaces(serving=OLD), 1)
    assert await spaces.record(cast(Kv, recorded), Spaces(serving=OLD, also=NEW), 1)
    assert (await known(buckets)).spaces == Spaces(serving=OLD, also=NEW)


async def test_a_record_that_is_none_is_told() -> None:
    kv = Memory()
    kv.entry = Entry(b'{"serving": 1}', 7)
    with pytest.raises(Terminal, match="record of the index"):
        await known(lambda name: kv if name == spaces.RECORD else Memory())


async def known(buckets: Callable[[str], Memory]) -> spaces.Kept:
    return await spaces.known(cast(Callable[[str], Kv], buckets))


async def test_the_same_model_comes_back_and_no_other() -> None:
    static = Space(model=STATIC_MODEL, dim=256, kind="static")
    embedder = await spaces.load(static, EmbedSettings())
    try:
        assert spaces.space_of(static.settings(EmbedSettings()), embedder) == static
    finally:
        await embedder.close()
    strange = Space(model="renamed", dim=256, kind="static")
    with pytest.raises(UsageError, match=f"needs renamed with 256.* here is {STATIC_MODEL}"):
        await spaces.load(strange, EmbedSettings(embedding_model=LOCAL_MODEL))
