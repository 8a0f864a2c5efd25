"""Every user tries what is not its own, on a real server, and is refused; its own work goes on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import nats as client
import pytest
from nats.aio.client import Client

from bus_rights import may_publish
from common import connection, consuming, metrics, provision, rights, topology
from common.boundary import Boundary
from common.bus import Bus
from common.errors import Terminal, Unavailable
from common.events import Event, FetchRequested, PaperAnnounced, PaperMeta
from common.handlers import Done, Handlers
from common.kv import Kv
from common.ledger import Ledger
from common.letters.box import Letters
from common.letters.which import Which
from common.rights import USERS, rights_of
from common.settings import BusSettings
from common.topology import OPERATOR
from servers import Nats, nats_server
from tiny_running import apply

pytestmark = pytest.mark.connected
PAPER = "arxiv:2401.00001"
ROWS = len({consumer.row for consumer in topology.CONSUMERS if consumer.row})
TOKEN = "arxiv:2401%2E00001"
STREAM_CALLS = (
    *("CREATE", "UPDATE", "DELETE", "PURGE", "SNAPSHOT", "RESTORE", "INFO"),
    *("MSG.GET", "MSG.DELETE", "PEER.REMOVE", "LEADER.STEPDOWN", "LEADER.PREFERRED"),
)
DURABLE_CALLS = (
    *("CREATE", "DURABLE.CREATE", "DELETE", "INFO", "MSG.NEXT", "PAUSE", "RESET", "UNPIN"),
    "LEADER.STEPDOWN",
)


@pytest.fixture(scope="module")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nats]:
    with nats_server(tmp_path_factory.mktemp("nats"), secured=True) as server:
        asyncio.run(apply(server, user=OPERATOR))
        yield server


def streams() -> Iterator[str]:
    yield from (stream.name for stream in topology.STREAMS)
    yield from (f"KV_{bucket.name}" for bucket in topology.BUCKETS)


def universe() -> set[str]:
    """Every subject one may think of: facts, rows, letters, buckets, inboxes, all of the API."""
    found = {f"$JS.API.STREAM.{call}.{name}" for call in STREAM_CALLS for name in streams()}
    found |= {f"$JS.API.DIRECT.GET.{name}" for name in streams()}
    found |= {f"$JS.API.CONSUMER.{call}.{name}.mine" for call in ("CREATE",) for name in streams()}
    found |= {"$JS.API.INFO", "$JS.API.STREAM.LIST", "$JS.API.STREAM.NAMES", "$JS.API.META.X"}
    found |= {"$SYS.REQ.SERVER.PING", "$SYS.REQ.ACCOUNT.PING.CONNZ", "$JS.EVENT.ADVISORY.API"}
    for durable in rights._durables():
        place = f"{durable.stream}.{durable.durable}"
        found |= {f"$JS.API.CONSUMER.{call}.{place}" for call in DURABLE_CALLS}
        found |= {f"$JS.ACK.{place}.1.1.1.1.0", f"$JS.ACK.hub.acc.{place}.1.1.1.1.0.x"}
        found |= {subject.replace(">", "x") for subject in durable.subjects}
    for stream in topology.STREAMS:
        found |= {subject.replace(">", "x.y") for subject in stream.subjects}
    for consumer in topology.CONSUMERS:
        found |= {topology.dead_subject(consumer.event.subject)}
        found |= {topology.ledger_subject(TOKEN, consumer.row or "made-up")}
    found |= {f"$KV.{bucket.name}.key" for bucket in topology.BUCKETS}
    found |= {f"{rights.inbox_of(user)}.answer" for user in USERS}
    return found | {"made.up", "_INBOX.answer", "$NRG.x"}


def listening() -> set[str]:
    """Places where one could hear what is meant for others."""
    found = {">", "*", "$SYS.>", "$JS.>", "$JS.API.>", "$KV.>", "_INBOX.>", "$JS.EVENT.ADVISORY.>"}
    found |= {subject for stream in topology.STREAMS for subject in stream.subjects}
    return found | {f"{rights.inbox_of(user)}.>" for user in USERS}


@asynccontextmanager
async def raw(settings: BusSettings, user: str) -> AsyncIterator[tuple[Client, list[str]]]:
    refused: list[str] = []

    async def keep(error: Exception) -> None:
        refused.append(str(error))

    nc = await client.connect(**{**connection.options(settings, user), "error_cb": keep})
    try:
        yield nc, refused
    finally:
        await nc.close()


async def refusals(refused: list[str], kind: str, tried: set[str]) -> set[str]:
    """Which of the tried subjects were refused, once all are or nothing more comes."""
    start = f'nats: permissions violation for {kind} to "'
    for _ in range(600):
        told = {text.removeprefix(start).removesuffix('"') for text in refused if kind in text}
        if {subject.lower() for subject in tried} <= told:
            break
        await asyncio.sleep(0.05)
    return {subject for subject in tried if subject.lower() in told}


def counts(nats: Nats) -> Any:
    async def read() -> Any:
        async with connection.client(nats.settings(OPERATOR), "test") as nc:
            js = nc.jetstream()
            return [(await js.stream_info(name)).state.messages for name in streams()]

    return asyncio.run(read())


@pytest.mark.parametrize("user", USERS)
def test_everything_else_is_refused(nats: Nats, user: str) -> None:
    tried = {subject for subject in universe() if not may_publish(user, subject)}
    assert len(tried) > 100
    before = counts(nats)

    async def attempt() -> set[str]:
        async with raw(nats.settings(user), user) as (nc, refused):
            for subject in tried:
                await nc.publish(subject, b"{}", reply=nc.new_inbox())
            await nc.flush()
            return await refusals(refused, "publish", tried)

    assert tried - asyncio.run(attempt()) == set()
    assert counts(nats) == before


@pytest.mark.parametrize("user", USERS)
def test_nobody_listens_where_it_must_not(nats: Nats, user: str) -> None:
    own = set(rights_of(user).subscribe)
    tried = listening() - own

    async def attempt() -> set[str]:
        async with raw(nats.settings(user), user) as (nc, refused):
            for subject in tried:
                await nc.subscribe(subject)
            await nc.flush()
            return await refusals(refused, "subscription", tried)

    assert tried - asyncio.run(attempt()) == set()


def test_without_a_key_or_with_another_key_nobody_gets_in(nats: Nats, tmp_path: Path) -> None:
    with nats_server(tmp_path / "other", secured=True) as other:
        strange = other.settings("indexer").nats_nkey_seed_file
        for seed in ("", strange):
            settings = BusSettings(nats_url=nats.url, nats_nkey_seed_file=seed)
            with pytest.raises(Unavailable, match="NATS_NKEY_SEED_FILE"):
                asyncio.run(opened(settings))


async def opened(settings: BusSettings) -> None:
    async with connection.client(settings, "indexer"):
        pass


def refused_so_far() -> float:
    return float(metrics.BUS_ERRORS.labels("PermissionsViolation")._value.get())


def handlers_of(service: str) -> Handlers:
    """Handlers of all durables of a service that do nothing but state what they are to state."""
    made = Handlers(service)
    for consumer in topology.consumers_of(service):
        made.on(consumer.event)(stating(consumer))
    return made


def stating(consumer: topology.Consumer) -> Any:
    async def handle(event: Any) -> Any:
        if isinstance(event, Event) and event.paper.endswith("13"):
            raise Terminal("an unlucky paper", reason="unlucky")
        if consumer.states is None:
            return Done() if consumer.row else None
        fields = {"paper": event.paper, "version": event.version, "meta": {"title": "x"}}
        body = {"key": "text/aa/aa", "sha256": "aa", "size_bytes": 1}
        fields |= {"text": body, "model": "m", "passages": 1}
        fields |= {"tldr": "t", "summary": body, "recipe": "r"}
        return msgspec.convert(fields, consumer.states)

    return handle


@asynccontextmanager
async def working(nats: Nats, service: str) -> AsyncIterator[Bus]:
    """A whole service by its own key."""
    broker = consuming.broker_for(nats.settings(service), service)
    nc = await broker.connect()
    js = nc.jetstream()
    assert await provision.differences(nc, service=service) == []
    made = [Boundary(service, one, Ledger(js), js) for one in handlers_of(service).bindings]
    consuming.bind(broker, [(boundary, 1) for boundary in made])
    await broker.start()
    try:
        yield Bus(nc, js)
    finally:
        await broker.stop()


async def rows(ledger: Ledger, paper: str, state: str) -> dict[str, str]:
    """The states of a paper's rows once the one that ends the chain is there."""
    async with asyncio.timeout(60):
        while True:
            found: dict[str, str] = {
                entry.row.row: entry.row.state for entry in await ledger.timeline(paper)
            }
            whole = len(found) == ROWS and set(found.values()) == {"done"}
            if whole if state == "done" else state in found.values():
                return found
            await asyncio.sleep(0.05)


def test_the_whole_chain_works_with_the_rights_on(nats: Nats) -> None:
    before = refused_so_far()

    async def chain() -> None:
        async with AsyncExitStack() as stack:
            buses = {}
            for service in topology.SERVICES:
                buses[service] = await stack.enter_async_context(working(nats, service))
            js = buses["fetcher"]._js
            ledger = Ledger(js)
            meta = PaperMeta(title="x")
            assert await ledger.announce(PaperAnnounced(paper=PAPER, version=1, meta=meta), None)
            assert set((await rows(ledger, PAPER, "done")).values()) == {"done"}
            unlucky = PaperAnnounced(paper=f"{PAPER}13", version=1, meta=meta)
            assert await ledger.announce(unlucky, None)
            assert (await rows(ledger, unlucky.paper, "dead"))["fetcher"] == "dead"
            await buses["gateway"].request(FetchRequested(feed="x"))
            await buses["fetcher"].schedule(
                "x", "0 0 8 * * *", FetchRequested(feed="x"), time_zone="UTC"
            )
            await buses["fetcher"].unschedule("x")
            await stack.enter_async_context(asyncio.timeout(60))
            seen = buses["gateway"].read(topology.fact_subjects())
            assert (await anext(aiter(seen))).subject == PaperAnnounced.subject
            await seen.aclose()  # type: ignore[attr-defined]

    asyncio.run(chain())
    assert refused_so_far() == before


@pytest.mark.parametrize("user", ["fetcher", "gateway", OPERATOR])
def test_a_dead_letter_is_replayed_by_who_may(nats: Nats, user: str) -> None:
    paper = f"arxiv:2402.{USERS.index(user):03}13"
    before = refused_so_far()

    async def replay() -> None:
        async with (
            working(nats, "fetcher") as bus,
            connection.client(nats.settings(user), user) as nc,
        ):
            ledger = Ledger(bus._js)
            event = PaperAnnounced(paper=paper, version=1, meta=PaperMeta(title="x"))
            assert await ledger.announce(event, None)
            await rows(ledger, paper, "dead")
            letters = Letters(nc.jetstream(), Ledger(nc.jetstream()))
            waiting, _ = await letters.list(Which())
            (own,) = [one for one in waiting if one.paper == paper]
            assert (await letters.replay(own.seq)).outcome == "replayed"
            async with asyncio.timeout(60):
                while not (entry := await ledger.read(paper, "fetcher")) or not entry.row.epoch:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)

    asyncio.run(replay())
    assert refused_so_far() == before


@pytest.mark.parametrize("user", USERS)
def test_buckets_are_read_and_written_by_their_own(nats: Nats, user: str) -> None:
    before = refused_so_far()

    async def use() -> None:
        async with connection.client(nats.settings(user), user) as nc:
            js = nc.jetstream()
            for bucket in topology.BUCKETS:
                kv = Kv(js, bucket.name)
                if bucket.writer == user:
                    assert await kv.create(f"{user}.a", b"1") is not None
                    entry = await kv.get(f"{user}.a")
                    assert entry is not None
                    assert await kv.update(f"{user}.a", b"2", entry.revision) is not None
                    assert [name for name, _ in await kv.items(f"{user}.")] == [f"{user}.a"]
                    await kv.delete(f"{user}.a")
                elif bucket.name in rights.READS.get(user, ()) or user == OPERATOR:
                    assert await kv.get("nothing") is None
                    assert await kv._in_parts("nothing.>") == []

    asyncio.run(use())
    assert refused_so_far() == before
