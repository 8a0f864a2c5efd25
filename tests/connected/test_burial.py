"""Whatever comes on a subject ends in a dead letter, on a real nats-server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from buses import connected, working
from common import topology
from common.errors import Terminal
from common.events import Event, PaperAnnounced, PaperMeta
from common.handlers import Handlers
from common.runtime import Runtime
from common.stream import by_sequence, last_by_subject
from servers import Nats

pytestmark = pytest.mark.connected

DEAD = "dead.paper.announced"


@asynccontextmanager
async def refusing(nats: Nats) -> AsyncIterator[Runtime]:
    """A bus with a fetcher that refuses everything."""
    handlers = Handlers("fetcher")

    @handlers.on(PaperAnnounced)
    async def on_paper_announced(event: PaperAnnounced) -> Event:
        raise Terminal("password=canary77 é\nwas wrong", reason="refused")

    async with connected(nats) as runtime, working(nats, handlers):
        yield runtime


async def letter(runtime: Runtime) -> tuple[bytes, dict[str, str]]:
    async with asyncio.timeout(60):
        while True:
            found = await last_by_subject(runtime.js, topology.PAPERS, DEAD)
            if found is not None:
                return found.body, found.headers
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"paper": "", "version": 1, "meta": {"title": "T"}}',
        b'{"paper": "a", "version": "one", "meta": {"title": "T"}}',
        b'{"x": "' + b"y" * 100_000 + b'"}',
    ],
    ids=["empty", "binary", "list", "object", "no paper", "wrong type", "large"],
)
async def test_what_is_no_event_of_ours(nats: Nats, body: bytes) -> None:
    async with refusing(nats) as runtime:
        await runtime.js.publish("paper.announced", body)
        kept, headers = await letter(runtime)
        assert kept == body
        assert headers["Paperbus-Reason"] == "undecodable"
        assert headers["Paperbus-Attempts"] == "1"


async def test_a_refused_event_leaves_row_and_letter_in_one_batch(nats: Nats) -> None:
    async with refusing(nats) as runtime:
        event = PaperAnnounced(paper="a", version=1, meta=PaperMeta(title="T"))
        assert await runtime.ledger.announce(event, None)
        kept, headers = await letter(runtime)
        entry = await runtime.ledger.read("a", "fetcher")
        assert entry is not None
        assert (entry.row.state, entry.row.reason) == ("dead", "refused")
        assert "canary77" not in entry.row.error + str(headers)
        found = await last_by_subject(runtime.js, topology.PAPERS, DEAD)
        assert found is not None
        assert found.seq == entry.seq + 1
        fact = await by_sequence(runtime.js, topology.PAPERS, 2)
        assert fact is not None
        assert kept == fact.body
        assert headers["traceparent"] if msgspec.json.decode(kept, type=Event).trace else True


async def test_a_large_event_dies_with_all_it_said(nats: Nats) -> None:
    """Body and headers of an event may fill its limit; the reasons come on top."""
    meta = PaperMeta(title="T", abstract="x" * (topology.MAX_EVENT_BYTES - 300))
    body = msgspec.json.encode(PaperAnnounced(paper="a", version=1, meta=meta))
    async with refusing(nats) as runtime:
        await runtime.js.publish("paper.announced", body)
        kept, headers = await letter(runtime)
        assert kept == body
        assert headers["Paperbus-Reason"] == "refused"
