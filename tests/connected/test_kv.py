"""Buckets with compare-and-set, on a real nats-server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import nats as nats_client
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Terminal, Unavailable
from common.kv import Entry, Kv, key, parts_of
from servers import Nats


@asynccontextmanager
async def bucket(nats: Nats, name: str = "sources", *, patience_s: float = 5) -> AsyncIterator[Kv]:
    nc = await nats_client.connect(nats.url, allow_reconnect=False)
    try:
        yield Kv(nc.jetstream(timeout=patience_s), name)
    finally:
        await nc.close()


@given(st.lists(st.text(), min_size=1))
def test_a_key_is_taken_apart_again(parts: list[str]) -> None:
    made = key(*parts)
    assert parts_of(made) == tuple(parts)
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-=.")
    assert ".." not in made
    assert made.strip(".") == made


@given(st.text(), st.text())
def test_different_parts_have_different_keys(one: str, other: str) -> None:
    assert (key(one) == key(other)) == (one == other)


@pytest.mark.connected
async def test_every_change_is_seen_in_the_revision(nats: Nats) -> None:
    async with bucket(nats) as kv:
        seen = [await kv.revision()]
        for change in (kv.put("a", b"1"), kv.put("b.c", b"1"), kv.put("a", b"2"), kv.delete("b.c")):
            await change
            seen.append(await kv.revision())
        assert seen == sorted(set(seen))
        assert seen[-1] == await kv.revision()


@pytest.mark.connected
async def test_create_update_put_delete(nats: Nats) -> None:
    async with bucket(nats) as kv:
        assert await kv.get("a") is None
        first = await kv.create("a", b"1")
        assert first is not None
        assert await kv.create("a", b"2") is None
        assert await kv.get("a") == Entry(b"1", first)
        second = await kv.update("a", b"2", first)
        assert second is not None
        assert await kv.update("a", b"3", first) is None
        assert await kv.get("a") == Entry(b"2", second)
        third = await kv.put("a", b"4")
        assert third > second
        await kv.delete("a")
        assert await kv.get("a") is None
        assert await kv.create("a", b"5") is not None
        await kv.delete("never.there")
        assert await kv.get("never.there") is None


@pytest.mark.connected
@pytest.mark.parametrize("name", ["with blank", ".a", "a.", "a*", "", "a>b"])
async def test_a_key_that_cannot_be_is_a_bug_and_not_waited_for(nats: Nats, name: str) -> None:
    async with bucket(nats) as kv:
        with pytest.raises(Terminal, match=r"kv\.key"):
            await kv.put(name, b"")


@pytest.mark.connected
async def test_an_empty_value_is_a_value(nats: Nats) -> None:
    async with bucket(nats) as kv:
        await kv.put("a", b"")
        entry = await kv.get("a")
        assert entry is not None
        assert entry.value == b""
        assert await kv.keys() == ["a"]


@pytest.mark.connected
async def test_one_of_racing_writers_wins(nats: Nats) -> None:
    async with bucket(nats) as kv:
        created = await asyncio.gather(*(kv.create("a", b"%d" % n) for n in range(16)))
        (revision,) = [found for found in created if found is not None]
        updated = await asyncio.gather(*(kv.update("a", b"%d" % n, revision) for n in range(16)))
        assert sum(found is not None for found in updated) == 1


@pytest.mark.connected
async def test_odd_keys(nats: Nats) -> None:
    odd = ["a b", "arxiv:2401.00001", "doi:10.1/x*y>z", "é/論", "", ".", "$KV", "=", "x" * 200]
    async with bucket(nats) as kv:
        for number, name in enumerate(odd):
            assert await kv.create(key("told", name), b"%d" % number) is not None
        found = {parts_of(name)[1]: entry.value for name, entry in await kv.items("told.")}
        assert found == {name: b"%d" % number for number, name in enumerate(odd)}


@pytest.mark.connected
async def test_items_by_prefix_leave_out_what_was_deleted(nats: Nats) -> None:
    async with bucket(nats) as kv:
        assert await kv.items() == []
        for name in ("run.b", "run.a", "running", "other", "run.gone"):
            await kv.put(name, name.encode())
        await kv.delete("run.gone")
        await kv.put("run.a", b"newer")
        assert await kv.keys("run.") == ["run.a", "run.b"]
        assert [entry.value for _, entry in await kv.items("run.")] == [b"newer", b"run.b"]
        assert await kv.keys() == ["other", "run.a", "run.b", "running"]
        assert await kv.keys("nothing") == []


@pytest.mark.connected
@pytest.mark.parametrize("count", [999, 1000, 1001, 1024, 1025, 2100])
async def test_many_items(nats: Nats, count: int) -> None:
    """More than one answer of the server holds."""
    async with bucket(nats, patience_s=60) as kv:
        names = [f"k.{n:04d}" for n in range(count)]
        for at in range(0, count, 100):  # all at once would be a test of a slow disk
            await asyncio.gather(*(kv.put(name, b"x" * 1000) for name in names[at : at + 100]))
        found = await kv.items("k.")
        assert [name for name, _ in found] == names


@pytest.mark.connected
async def test_buckets_are_apart(nats: Nats) -> None:
    async with bucket(nats) as kv:
        await kv.put("a", b"1")
        assert await Kv(kv._js, "leases").get("a") is None


@pytest.mark.connected
async def test_a_bucket_that_is_missing_is_unavailable(nats: Nats) -> None:
    async with bucket(nats, "unknown") as kv:
        with pytest.raises(Unavailable, match="topology apply"):
            await kv.get("a")


@pytest.mark.connected
async def test_a_server_that_is_gone_is_unavailable(nats: Nats) -> None:
    async with bucket(nats) as kv:
        await kv.put("a", b"1")
    async with bucket(nats, patience_s=1) as kv:
        nats.kill()
        for work in (kv.get("a"), kv.put("a", b"1"), kv.items(), kv.delete("a")):
            with pytest.raises(Unavailable):
                await work


@pytest.mark.connected
async def test_values_outlive_a_killed_server(nats: Nats) -> None:
    async with bucket(nats) as kv:
        await kv.put("a", b"1")
    nats.kill()
    nats.start()
    async with bucket(nats) as kv:
        entry = await kv.get("a")
        assert entry is not None
        assert entry.value == b"1"
