"""The index moved to another model on real servers, while papers arrive and people search."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from qdrant_client import AsyncQdrantClient

import cli
from cli.reindex import work
from cli.settings import Settings as CliSettings
from common import batch, objects, topology
from common.embed.factory import LOCAL_MODEL, STATIC_MODEL
from common.errors import Retryable, Terminal, UsageError
from common.events import Event, ObjectRef, PaperEmbedded, PaperFetched, PaperMeta, SummaryReady
from common.ledger import draft_of, stamp
from common.runtime import Runtime, connect
from common.settings import ObjectsSettings, load
from common.vectors import collections, spaces
from common.vectors.collections import PAPERS, PASSAGES, collection_name
from gateway import serving
from gateway.following import FollowingIndex
from gateway.ports import Filters
from gateway.settings import Settings as GatewaySettings
from indexer.indexing import Indexer
from indexer.opening import opened
from indexer.settings import Settings as IndexerSettings
from servers import Nats, vectors_server

pytestmark = pytest.mark.connected

MANY = 100
TOPICS = ("bandits", "proteins", "galaxies", "markets", "poems", "glaciers", "enzymes", "graphs")
PDF = Path(__file__).parent.parent / "common" / "reading" / "data" / "jose_00042.pdf"


@pytest.fixture
def environ(nats: Nats, s3: ObjectsSettings, tmp_path: Path) -> Iterator[dict[str, str]]:
    """Three real servers, and where they are."""
    with vectors_server(tmp_path / "vectors") as vectors:
        yield {
            "NATS_URL": nats.url,
            "S3_URL": s3.s3_url,
            "S3_ACCESS_KEY": s3.s3_access_key.reveal(),
            "S3_SECRET_KEY": s3.s3_secret_key.reveal(),
            "S3_BUCKET": s3.s3_bucket,
            "QDRANT_URL": vectors,
        }


class World:
    """An indexer and a gateway's index at work on the servers."""

    def __init__(self, environ: dict[str, str], runtime: Runtime, core: Indexer) -> None:
        self.environ = environ
        self.runtime = runtime
        self.core = core
        self.settings = load(CliSettings, environ)
        self.client = AsyncQdrantClient(environ["QDRANT_URL"], check_compatibility=False)
        self.store = objects.connect(self.settings.objects)

    async def state(self, event: Event) -> None:
        draft = draft_of(stamp(event, ""))
        await batch.publish_one(self.runtime.js, topology.PAPERS, draft)

    async def paper(self, n: int, *, version: int = 1, pdf: bool = False) -> PaperEmbedded:
        """Fetched, indexed and stated, as the chain does it."""
        topic = TOPICS[n % len(TOPICS)]
        meta = PaperMeta(title=f"On {topic} {n}", abstract=f"We study {topic}, case {n}.")
        ref = await self.store.put("pdf", PDF.read_bytes(), "application/pdf") if pdf else None
        event = PaperFetched(paper=f"arxiv:2608.{n:05d}", version=version, meta=meta, pdf=ref)
        await self.state(event)
        fact = await self.core.index(event)
        assert isinstance(fact, PaperEmbedded)
        await self.state(fact)
        return fact

    async def papers(self, *numbers: int) -> None:
        for at in range(0, len(numbers), 8):
            await asyncio.gather(*(self.paper(n) for n in numbers[at : at + 8]))

    async def summary(self, of: PaperEmbedded) -> None:
        told = SummaryReady(
            paper=of.paper,
            version=of.version,
            meta=of.meta,
            tldr="In short.",
            summary=ObjectRef(key="s", sha256="s", size_bytes=1),
            model="extractive",
            recipe="r",
        )
        await self.state(told)
        await self.core.show_summary(told)

    async def fill(self, model: str, **more: Any) -> Any:
        given: dict[str, Any] = {
            "embedding_kind": None,
            "embedding_dir": "",
            "embedding_base_url": "",
            "embedding_dimensions": 0,
            "queries": (),
            "sample": 20,
            "usd_per_million": 0.0,
        }
        asked = work.Asked(model=model, **{**given, **more})
        wanted = work.settings_for(asked, self.settings.embed)
        return await work.fill(self.settings, asked, wanted, lambda tally: None)

    async def served(self) -> str:
        return (await collections.served(self.client))[PAPERS]

    async def names(self) -> set[str]:
        return {one.name for one in (await self.client.get_collections()).collections}

    @asynccontextmanager
    async def gateway(self) -> AsyncIterator[FollowingIndex]:
        async with serving.opened(self.runtime.kv, load(GatewaySettings, self.environ)) as index:
            yield index


@asynccontextmanager
async def world_of(environ: dict[str, str]) -> AsyncIterator[World]:
    settings = load(IndexerSettings, environ)
    async with AsyncExitStack() as stack:
        runtime = await stack.enter_async_context(connect("indexer", settings))
        await objects.connect(settings.objects).ensure_bucket()
        core = await stack.enter_async_context(opened(runtime, settings))
        world = World(environ, runtime, core)
        stack.push_async_callback(world.client.close)
        yield world


class Searches:
    """Searches without a pause; every one must find the paper it names."""

    def __init__(self, index: FollowingIndex) -> None:
        self.index = index
        self.asked = 0
        self.failed: list[str] = []
        self.collections: set[str] = set()

    async def run(self) -> None:
        n = 0
        while True:
            n = (n + 1) % len(TOPICS)
            self.collections.add(self.index.collection)
            try:
                hits = await self.index.search(
                    f"On {TOPICS[n]} {n}", Filters(), mode="hybrid", limit=3
                )
                if not any(hit.card.title == f"On {TOPICS[n]} {n}" for hit in hits):
                    self.failed.append(f"{n} is not found in {self.index.collection}")
            except Retryable as error:
                self.failed.append(str(error))
            self.asked += 1
            await asyncio.sleep(0.002)


LOCAL = collection_name(PAPERS, LOCAL_MODEL, 384)
STATIC = collection_name(PAPERS, STATIC_MODEL, 256)


async def becomes(index: FollowingIndex, collection: str) -> None:
    async with asyncio.timeout(60):
        while index.collection != collection:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def complete(world: World) -> None:
    state = await work.status(world.settings)
    assert [
        (one.model, one.lacking, one.first_lacking) for one in state.spaces if one.lacking
    ] == []
    assert len(state.spaces) == 2


async def test_there_and_back_while_papers_arrive_and_people_search(
    environ: dict[str, str],
) -> None:
    async with world_of(environ) as world, world.gateway() as index:
        await world.papers(*range(16))
        whole = await world.paper(16, pdf=True)
        await world.summary(whole)
        searches = Searches(index)
        searching = asyncio.create_task(searches.run())

        filling = asyncio.create_task(world.fill(STATIC_MODEL))
        for n in range(17, 25):  # they arrive while it fills
            await world.paper(n)
        await world.paper(3, version=2)
        report = await filling
        assert (report.complete, report.dim, report.failed) == (True, 256, {})
        assert report.agreement.queries == 20
        assert report.agreement.own_at_10 == (1.0, 1.0)
        await world.summary(await world.paper(25))
        await complete(world)

        for command, collection in (
            (work.switch(world.settings, accept_worse=False), STATIC),
            (work.rollback(world.settings), LOCAL),
            (work.switch(world.settings, accept_worse=False), STATIC),
        ):
            await command
            assert await world.served() == collection
            await becomes(index, collection)
            await world.paper(30, version=len(searches.collections) + 1)
            await complete(world)
        gone = await work.drop(world.settings)
        assert gone.model == LOCAL_MODEL
        assert await world.names() == {STATIC, collection_name(PASSAGES, STATIC_MODEL, 256)}
        fact = await world.paper(31)
        assert fact.model == STATIC_MODEL
        searching.cancel()
        assert searches.failed == []
        assert searches.collections == {LOCAL, STATIC}
        assert (await index.get(whole.paper)).tldr == "In short."  # type: ignore[union-attr]
    # the settings still name the first model; the index says what it is in
    async with world_of(environ) as world, world.gateway() as index:
        assert index.collection == STATIC
        assert (await world.paper(32)).model == STATIC_MODEL


async def test_a_gateway_that_missed_the_switch_does_not_fail(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.following.LOOK_EVERY_S", 3600.0)
    async with world_of(environ) as world, world.gateway() as index:
        await world.papers(*range(8))
        await world.fill(STATIC_MODEL)
        await work.switch(world.settings, accept_worse=False)
        await work.drop(world.settings)
        hits = await index.search("On poems 4", Filters(), mode="semantic", limit=1)
        assert hits[0].card.title == "On poems 4"
        assert index.collection == STATIC


async def test_only_a_complete_index_may_answer(environ: dict[str, str]) -> None:
    async with world_of(environ) as world:
        whole = await world.paper(1, pdf=True)
        await world.papers(2, 3)
        with pytest.raises(UsageError, match="nothing to go to"):
            await work.switch(world.settings, accept_worse=False)
        await world.fill(STATIC_MODEL)
        passages = collection_name(PASSAGES, STATIC_MODEL, 256)
        points, _ = await world.client.scroll(passages, limit=100)
        lost = next(one for one in points if (one.payload or {})["paper"] == whole.paper)
        await world.client.delete(passages, [lost.id])
        missing = f"{whole.paper} has {whole.passages - 1} passages, not {whole.passages}"
        with pytest.raises(Terminal, match=f"lacks 1 of 3 papers: {missing}"):
            await work.switch(world.settings, accept_worse=False)
        assert await world.served() == LOCAL
        assert (await world.fill(STATIC_MODEL)).filled == 1
        await work.switch(world.settings, accept_worse=False)
        with pytest.raises(UsageError, match="use `paperbus reindex rollback`"):
            await work.switch(world.settings, accept_worse=False)
        with pytest.raises(UsageError, match=r"kept in .* already"):
            await world.fill("other", embedding_kind="local")


async def test_a_text_that_is_lost_is_named_and_stops_nothing_else(
    environ: dict[str, str],
) -> None:
    async with world_of(environ) as world:
        whole = await world.paper(1, pdf=True)
        await world.papers(2, 3)
        world.store._client.remove_object(world.settings.objects.s3_bucket, whole.text.key)
        report = await world.fill(STATIC_MODEL)
        assert (report.complete, report.filled, list(report.failed)) == (False, 2, [whole.paper])
        with pytest.raises(Terminal, match=f"{whole.paper} is not there"):
            await work.switch(world.settings, accept_worse=False)


async def test_a_broken_switch_is_mended_by_the_next_command(environ: dict[str, str]) -> None:
    async with world_of(environ) as world:
        await world.papers(1, 2)
        await world.fill(STATIC_MODEL)
        await collections.switch(world.client, STATIC_MODEL, 256)  # and killed before the record
        state = await work.status(world.settings)
        assert [(one.model, one.answers) for one in state.spaces] == [
            (STATIC_MODEL, True),
            (LOCAL_MODEL, False),
        ]
        kept = (await spaces.known(world.runtime.kv)).spaces
        assert kept is not None
        assert kept.serving.model == STATIC_MODEL
        await work.rollback(world.settings)
        assert await world.served() == LOCAL


def command(environ: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", Path(cli.__file__).parent.name, "reindex", *words],
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


async def partly(world: World, process: "subprocess.Popen[str]", collection: str) -> None:
    """Wait until a few papers are filled."""
    async with asyncio.timeout(120):
        while process.poll() is None:
            there = collection in await world.names()
            if there and (await world.client.count(collection)).count >= 5:
                return
            await asyncio.sleep(0.02)
    raise AssertionError(process.communicate())


async def test_killed_it_goes_on_where_it_was_and_dropped_it_ends(
    environ: dict[str, str],
) -> None:
    environ = {**environ, "EMBEDDING_KIND": "static"}
    async with world_of(environ) as world:
        await world.papers(*range(MANY))
        first = command(environ, "--model", LOCAL_MODEL, "--json")
        await partly(world, first, LOCAL)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        there = (await world.client.count(LOCAL)).count
        assert 5 <= there < MANY
        report = await world.fill(LOCAL_MODEL)
        assert (report.complete, report.papers) == (True, MANY)
        assert 0 < report.texts_embedded <= MANY - there
        await complete(world)
        await work.drop(world.settings)

        again = command(environ, "--model", LOCAL_MODEL, "--json")
        await partly(world, again, LOCAL)
        again.send_signal(signal.SIGSTOP)
        await work.drop(world.settings)
        again.send_signal(signal.SIGCONT)
        out, err = await asyncio.to_thread(again.communicate)
        assert (again.returncode, out) == (2, "")
        assert "was dropped meanwhile" in err
        assert await world.served() == STATIC
        assert LOCAL not in await world.names()
        assert msgspec.json.decode(await last_beat(world))["state"] == "stopped"


async def last_beat(world: World) -> bytes:
    entry = await world.runtime.kv(spaces.RECORD).get("fill")
    assert entry is not None
    return entry.value
