"""The listing of a real object store: all pages, strange keys, sizes and times."""

import asyncio
import time

import pytest

from common import objects
from common.errors import Unavailable
from common.objectlist import listed
from common.objects import Objects
from common.settings import ObjectsSettings
from unheard import port_of, unheard

pytestmark = pytest.mark.connected

KEYS = {f"text/{n:02d}": n for n in range(1, 8)} | {"text/a b+c&é%2E.json": 99}


@pytest.fixture
async def store(s3: ObjectsSettings) -> Objects:
    made = objects.connect(s3)
    await made.ensure_bucket()
    return made


async def test_every_object_below_a_prefix(store: Objects) -> None:
    began = time.time()
    assert await listed(store, "text/") == []
    for key, size in KEYS.items():
        await store.put_at(key, b"x" * size, "text/plain")
    await store.put_at("pdf/other", b"x", "text/plain")
    for page in (3, 8, 1000):
        found = await listed(store, "text/", page=page)
        assert {one.key: one.size_bytes for one in found} == KEYS
        assert len(found) == len(KEYS)
    assert all(began - 2 < one.changed_s < time.time() + 2 for one in found)


async def test_a_store_that_is_away_is_unavailable() -> None:
    with unheard() as held:
        away = objects.connect(ObjectsSettings(s3_url=f"http://127.0.0.1:{port_of(held)}"))
        with pytest.raises(Unavailable):
            await listed(away, "text/")


@pytest.mark.parametrize("body", [b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", b"<a>", b"<html>"])
async def test_what_is_no_listing_is_refused(body: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        store = objects.connect(ObjectsSettings(s3_url=f"http://127.0.0.1:{port}"))
        with pytest.raises(Unavailable, match="listing cannot be read"):
            await listed(store, "text/")
