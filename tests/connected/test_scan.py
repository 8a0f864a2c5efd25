"""A stretch of a stream read fast, on a real nats-server: whole, in order, and without a trace."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nats.aio.client import Client

from buses import connected
from common import batch, topology
from common.batch import Draft
from common.errors import Unavailable
from common.runtime import Runtime
from common.scan import BATCH, Read, headers_of, scan
from servers import Nats, nats_server

pytestmark = pytest.mark.connected

SUBJECT = topology.retry_subject("indexer", "paper.fetched")


@pytest.fixture
async def bus(tmp_path: Path, provisioned: Path) -> AsyncIterator[tuple[Nats, Runtime]]:
    """A server where the operator may do what an operator may, and no more."""
    with nats_server(tmp_path / "nats", secured=True, store=provisioned) as server:
        async with connected(server, user="operator") as runtime:
            yield server, runtime


async def fill(runtime: Runtime, count: int) -> None:
    for at in range(0, count, 500):
        drafts = [
            Draft(subject=SUBJECT, body=str(n).encode(), headers={"X": str(n)})
            for n in range(at + 1, min(at + 500, count) + 1)
        ]
        assert await batch.publish_batch(runtime.js, topology.PAPERS, drafts)


async def read(runtime: Runtime, *, after: int = 0, upto: int) -> list[Read]:
    found: list[Read] = []
    await scan(runtime.js, topology.PAPERS, found.append, after=after, upto=upto)
    return found


@pytest.mark.parametrize(
    ("raw", "headers"),
    [
        (b"A: 1\r\nB-c: two words\r\n\r\n", {"A": "1", "B-c": "two words"}),
        (b"A:1\r\nB:\t2 \r\n", {"A": "1", "B": "2"}),
        (b"A: a:b\r\nnothing\r\n", {"A": "a:b"}),
        (b"A: \xff\r\n", {"A": "\N{REPLACEMENT CHARACTER}"}),
        (b"\r\n", {}),
    ],
)
def test_headers(raw: bytes, headers: dict[str, str]) -> None:
    assert headers_of(raw) == headers == Client._parse_header_lines(raw)


async def test_all_of_it_in_order_and_no_consumer_stays(
    bus: tuple[Nats, Runtime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.scan.FORGOTTEN_S", 1.0)
    _, runtime = bus
    count = 3 * BATCH + 7
    await fill(runtime, count)
    before = (await runtime.js.stream_info(topology.PAPERS)).state.consumer_count
    found = await read(runtime, upto=count)
    assert [one.seq for one in found] == list(range(1, count + 1))
    assert [one.body for one in found] == [str(n).encode() for n in range(1, count + 1)]
    assert found[-1].headers["X"] == str(count)
    assert (found[0].subject, found[0].at_s > 1.7e9) == (SUBJECT, True)
    async with asyncio.timeout(60):
        while True:
            if (await runtime.js.stream_info(topology.PAPERS)).state.consumer_count == before:
                break
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("after", "upto", "expected"),
    [
        (0, 0, []),
        (0, 3, [1, 3]),
        (1, 4, [3, 4]),
        (3, 9, [4]),
        (4, 9, []),
        (9, 4, []),
    ],
)
async def test_a_stretch(
    bus: tuple[Nats, Runtime], after: int, upto: int, expected: list[int]
) -> None:
    """Message 2 was deleted, 5 and later never were."""
    _, runtime = bus
    await fill(runtime, 4)
    await runtime.js.delete_msg(topology.PAPERS, 2)
    found = await read(runtime, after=after, upto=upto)
    assert [one.seq for one in found] == expected


async def test_a_stream_that_is_not_there_is_said(bus: tuple[Nats, Runtime]) -> None:
    server, runtime = bus
    await fill(runtime, 1)
    server.kill()
    await runtime.nc.close()
    with pytest.raises(Unavailable):
        await read(runtime, upto=1)
