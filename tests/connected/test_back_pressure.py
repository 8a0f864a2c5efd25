"""What cannot be kept is not accepted, and what waits for room burns nothing (real nats-server)."""

import asyncio
from typing import Any

import pytest
from nats.aio.client import Client

from buses import connected, until, working
from common import connection
from common.bus import Bus
from common.errors import Full, Terminal, Unavailable
from common.events import Event, FetchRequested, PaperAnnounced, PaperFetched, PaperMeta
from common.handlers import Handlers
from common.kv import Kv
from common.runtime import Runtime
from gateway.hasty import PATIENCE_S, hasty
from gateway.room import LOOK_EVERY_S, Roomy
from servers import Nats

pytestmark = pytest.mark.connected

PAPER = "arxiv:2401.00001"
DURABLE = "fetcher-paper-announced"


async def make_room(runtime: Runtime, stream: str, max_bytes: int) -> None:
    config = (await runtime.js.stream_info(stream)).config
    await runtime.js.update_stream(config.evolve(max_bytes=max_bytes))


@pytest.mark.parametrize("dies", [False, True], ids=["result", "dead letter"])
async def test_a_full_log_is_waited_for_in_place(
    nats: Nats, monkeypatch: pytest.MonkeyPatch, *, dies: bool
) -> None:
    monkeypatch.setattr("common.batch.FULL_RETRY_S", 1.0)
    calls: list[str] = []
    handlers = Handlers("fetcher")

    async with connected(nats) as runtime:

        @handlers.on(PaperAnnounced)
        async def on_paper_announced(event: PaperAnnounced) -> Event:
            calls.append(event.paper)
            await make_room(runtime, "PAPERS", 1)
            if dies:
                raise Terminal("never", reason="never")
            return PaperFetched(paper=event.paper, version=1, meta=event.meta)

        event = PaperAnnounced(paper=PAPER, version=1, meta=PaperMeta(title="T"))
        assert await runtime.ledger.announce(event, None)
        async with working(nats, handlers) as boundary:
            await until(lambda: refused(runtime), "it is not full")
            await asyncio.sleep(2.5)  # some more tries, all in vain
            assert boundary.in_work == 1
            await make_room(runtime, "PAPERS", 2**30)
            await until(lambda: ended(runtime), "it does not go on")
        entry = await runtime.ledger.read(PAPER, "fetcher")
        assert entry is not None
        assert (entry.row.state, entry.row.attempts) == ("dead" if dies else "done", 1)
        assert calls.count(PAPER) == 1, "the work was not done again for the sake of storing it"


async def is_connected(nc: Client, wanted: bool) -> bool:
    return nc.is_connected is wanted


async def refused(runtime: Runtime) -> bool:
    number = await runtime.bus.last_seq()  # another paper each time: one that is there is no proof
    other = f"arxiv:2402.{number:05d}"
    event = PaperAnnounced(paper=other, version=1, meta=PaperMeta(title="T"))
    try:
        await runtime.ledger.announce(event, None)
    except Full:
        return True
    return False


async def ended(runtime: Runtime) -> bool:
    entry = await runtime.ledger.read(PAPER, "fetcher")
    return entry is not None and entry.row.state in ("done", "dead")


async def test_a_request_is_refused_before_it_could_push_out_another(nats: Nats) -> None:
    async with connected(nats) as runtime:
        roomy = Roomy(runtime.bus, runtime.js)
        first = await roomy.request(FetchRequested(feed="one"))
        size = (await runtime.js.stream_info("REQUESTS")).state.bytes
        await make_room(runtime, "REQUESTS", size + 20)
        await asyncio.sleep(LOOK_EVERY_S)
        with pytest.raises(Full):
            await roomy.request(FetchRequested(feed="two"))
        state = (await runtime.js.stream_info("REQUESTS")).state
        assert (state.messages, state.first_seq) == (1, first), "the first one is still there"
        await make_room(runtime, "REQUESTS", 2**20)
        assert await roomy.request(FetchRequested(feed="two")) == first + 1


async def test_a_full_bucket_refuses(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await make_room(runtime, "KV_watches", 10)
        with pytest.raises(Unavailable):
            await runtime.kv("watches").create("a", b"x" * 100)
        assert await runtime.kv("watches").get("a") is None


class Patience:
    """How long the answers of a connection are waited for; the clock would tell of the machine."""

    def __init__(self, nc: Any) -> None:
        self.spent_s = 0.0
        self._request = nc.request
        nc.request = self.request

    async def request(self, *args: Any, **named: Any) -> Any:
        """As the client's own."""
        self.spent_s += named["timeout"]
        return await self._request(*args, **named)


@pytest.mark.parametrize("gone", [True, False], ids=["killed", "hung"])
async def test_the_gateway_is_told_soon_that_the_bus_is_away(nats: Nats, *, gone: bool) -> None:
    options = connection.options(nats.settings(), "gateway")
    plain = connection.Plain(nats.settings(), "gateway")
    assert options["ping_interval"] * options["max_outstanding_pings"] <= 15
    nc = await plain.connect()
    try:
        view = hasty(Runtime("gateway", nc))
        roomy, kv = Roomy(view.bus, view.js), view.kv("watches")
        await roomy.request(FetchRequested(feed="one"))
        patience = Patience(nc)
        nats.kill() if gone else nats.pause()
        slowest = await _refused_all(patience, roomy, kv, view.bus)
        assert slowest < 12, "even before anybody knows"
        await until(lambda: is_connected(nc, False), "nobody noticed", seconds=30)
        await asyncio.sleep(PATIENCE_S + 0.5)
        await _refused_all(patience, roomy, kv, view.bus)
        slowest = await _refused_all(patience, roomy, kv, view.bus)
        assert slowest == 0, "when it is known nobody asks any more"
        nats.start() if gone else nats.resume()
        await until(lambda: is_connected(nc, True), "it does not come back")
        assert await roomy.request(FetchRequested(feed="two"))
    finally:
        await nc.close()


async def _refused_all(patience: Patience, roomy: Roomy, kv: Kv, log: Bus) -> float:
    """The longest time one of them may take to say no."""
    times = []
    for asked in (roomy.request(FetchRequested(feed="x")), kv.create("a", b"x"), log.last_seq()):
        patience.spent_s = 0.0
        with pytest.raises(Unavailable):
            await asked
        times.append(patience.spent_s)
    return max(times)
