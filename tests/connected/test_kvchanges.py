"""What changed in a bucket, and the shelves that follow it, on a real nats-server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import nats as nats_client
import pytest

from common.kv import Kv
from common.kvchanges import Changes
from gateway.shelf.said import Said
from gateway.shelf.shelves import BUCKET, Shelves
from servers import Nats

pytestmark = pytest.mark.connected
MANY = 130
"""More than one answer of the server holds."""


@asynccontextmanager
async def bound(nats: Nats) -> AsyncIterator[tuple[Kv, Changes]]:
    nc = await nats_client.connect(nats.url, allow_reconnect=False)
    try:
        yield Kv(nc.jetstream(), BUCKET), Changes(nc.jetstream(), BUCKET)
    finally:
        await nc.close()


async def test_each_key_that_changed_is_told_once_in_its_newest_state(nats: Nats) -> None:
    async with bound(nats) as (kv, changes):
        assert [one async for one in changes.since(0)] == []
        for n in range(MANY):
            await kv.put(f"ada.{n}", b"1")
        seen = await kv.revision()
        await kv.put("ada.3", b"2")
        await kv.delete("ada.4")
        everything = [one async for one in changes.since(0)]
        assert len(everything) == MANY
        assert [(one.name, one.value) for one in everything[-2:]] == [
            ("ada.3", b"2"),
            ("ada.4", None),
        ]
        assert [one async for one in changes.since(seen)] == everything[-2:]
        assert [one async for one in changes.since(everything[-1].revision)] == []


async def test_two_gateways_share_their_shelves(nats: Nats) -> None:
    def like(before: Said) -> Said:
        return msgspec.structs.replace(before, opinion="like", at="1")

    async with bound(nats) as (kv, changes):
        seconds = iter(range(1000))
        here, there = (Shelves(kv, changes, clock=lambda: next(seconds)) for _ in range(2))
        paper = "arxiv:hep-th/9901001"
        await there.say("owner", paper, like)
        assert (await here.of("owner")).liked == (paper,)
        await here.forget("owner", paper)
        assert (await here.of("owner")).papers() == frozenset()
        assert (await there.of("owner")).papers() == frozenset()
        await there.say("owner", paper, like)
        assert (await here.of("owner")).liked == (paper,)
