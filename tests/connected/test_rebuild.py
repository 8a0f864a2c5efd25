"""What was lost comes back, and nobody is told or paid twice: on real servers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from cli.rebuild.driver import Options
from cli.rebuild.index import rebuild
from cli.rebuild.outcome import Outcome
from cli.rebuild.runs import BUCKET as REBUILDS
from cli.rebuild.runs import Runs
from cli.rebuild.selection import Selection
from cli.rebuild.summaries import Summaries
from cli.reconciles import brief, newest
from common import bm25, survey, topology
from common.events import PaperEmbedded, PaperFetched, ReconcileRequested, SummaryReady
from common.ids import now
from common.retrying import Retrying, Step
from common.serverconfig import consumer_config
from common.settings import ObjectsSettings
from common.vectors.collections import PAPERS, PASSAGES
from common.vectors.points import PaperPoint
from servers import Nats
from small_system import Held, System, name_of, small_system

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300)]

ALL = range(8)


@pytest.fixture
async def system(nats: Nats, s3: ObjectsSettings, tmp_path: Path) -> AsyncIterator[System]:
    async with small_system(nats, s3, tmp_path) as running:
        await running.announce(*ALL)
        await running.until_ready(*ALL)
        yield running


async def index(system: System, *, in_flight: int = 4, **selected: str) -> Outcome:
    selection = Selection(**selected)  # type: ignore[arg-type]
    runs = Runs(system.runtime.kv(REBUILDS), "index", selection)
    return await rebuild(system.runtime, runs, selection, Options(in_flight=in_flight))


async def spent(system: System) -> list[tuple[str, bytes]]:
    return [(k, entry.value) for k, entry in await system.runtime.kv("spend").items()]


async def result(system: System, number: int, row: str, kind: type) -> object:
    found = await system.row(number, row)
    assert found is not None
    return msgspec.json.decode(found.result, type=kind)


async def revisions(system: System, row: str) -> dict[str, int]:
    found: dict[str, int] = {}
    async for entry in survey.revisions(system.runtime.js, row):
        found[entry.row.paper] = found.get(entry.row.paper, 0) + 1
    return found


async def test_the_index_comes_back_without_collections_and_texts(system: System) -> None:
    before, told, paid = await system.searched(), list(system.told), await spent(system)
    assert system.model.asked == len(ALL)
    for key in await system.store.sizes("text/"):
        await system.drop_object(key)
    await system.drop_collections()

    outcome = await index(system)

    assert (outcome.total, outcome.done, outcome.dead, outcome.waiting) == (
        len(ALL),
        len(ALL),
        0,
        0,
    )
    assert await system.searched() == before
    assert (system.told, await spent(system)) == (told, paid)
    assert system.model.asked == len(ALL)
    assert len(await system.store.sizes("text/")) == len(ALL)
    assert await revisions(system, "indexer") == {name_of(n): 2 for n in ALL}


async def test_a_rebuild_goes_on_where_it_was_stopped(system: System) -> None:
    system.embedder = held = Held(first=6)  # else all could be redone before we look
    first = asyncio.create_task(index(system, in_flight=1))

    async def begun() -> bool:
        if first.done():
            first.result()
        rows = [await system.row(number, "indexer") for number in ALL]
        return sum(row is not None and row.epoch > 0 for row in rows) >= 2

    await system.until(begun, "two are redone")
    first.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await first
    held.let_go.set()
    mine = topology.consumer_for("indexer", PaperFetched)

    async def idle() -> bool:
        info = await system.runtime.js.consumer_info(mine.stream, mine.durable)
        return (info.num_pending, info.num_ack_pending) == (0, 0)

    await system.until(idle, "nothing is in hand")
    outcome = await index(system)

    assert outcome.before >= 2
    assert outcome.before + outcome.done == len(ALL)
    assert await revisions(system, "indexer") == {name_of(n): 2 for n in ALL}
    third = await index(system)
    assert (third.before, third.done) == (0, len(ALL))


async def test_only_what_is_meant_is_redone(system: System) -> None:
    outcome = await index(system, feed="even", since="2026-06-14")
    assert outcome.total == 2
    redone = {paper for paper, count in (await revisions(system, "indexer")).items() if count > 1}
    assert redone == {name_of(n) for n in (4, 6)}


async def test_summaries_are_shown_again_and_never_paid_again(system: System) -> None:
    before, paid = await system.searched(), await spent(system)
    for number in ALL:
        await system.vectors.set_summary(name_of(number), 1, "", "")
    gone = await result(system, 3, "summarizer", SummaryReady)
    assert isinstance(gone, SummaryReady)
    await system.drop_object(gone.summary.key)
    selection = Selection()

    async def rebuild(options: Options) -> tuple[int, int, int, tuple[str, ...]]:
        runs = Runs(system.runtime.kv(REBUILDS), "summaries", selection)
        summaries = Summaries(system.runtime, system.store, runs, options)
        outcome = await summaries.rebuild(selection)
        return outcome.done, outcome.made, outcome.dead, outcome.lost

    assert await rebuild(Options(4)) == (len(ALL) - 1, 0, 0, (name_of(3),))
    assert system.model.asked == len(ALL)
    assert await spent(system) == paid

    assert await rebuild(Options(4, pay=True)) == (len(ALL), 1, 0, ())
    assert system.model.asked == len(ALL) + 1
    found = {hit[0]: hit[1] for hits in await system.searched() for hit in hits if hit[0]}
    was = {hit[0]: hit[1] for hits in before for hit in hits if hit[0]}
    assert {p: t for p, t in found.items() if p != name_of(3)} == {
        p: t for p, t in was.items() if p != name_of(3)
    }
    assert found[name_of(3)] == f"Short number {len(ALL) + 1}."


async def test_reconcile_brings_everything_back(system: System) -> None:
    before, told, paid = await system.searched(), list(system.told), await spent(system)
    points = {alias: await system.point_ids(alias) for alias in (PAPERS, PASSAGES)}
    for alias, ids in points.items():
        await system.drop_points(alias, ids[::9])
    pdf = await result(system, 2, "fetcher", PaperFetched)
    text = await result(system, 4, "indexer", PaperEmbedded)
    both = await result(system, 6, "fetcher", PaperFetched)
    lone = await result(system, 6, "indexer", PaperEmbedded)
    assert isinstance(pdf, PaperFetched)
    assert isinstance(text, PaperEmbedded)
    assert isinstance(both, PaperFetched)
    assert isinstance(lone, PaperEmbedded)
    assert pdf.pdf is not None
    assert both.pdf is not None
    for key in (pdf.pdf.key, text.text.key, both.pdf.key, lone.text.key):
        await system.drop_object(key)
    await system.vectors.set_summary(name_of(0), 1, "Something else.", "")
    stray = PaperPoint(paper="arxiv:9901.00001", version=1, title="Stray", gen=1)
    dense = await system.embedder.embed(["stray"])
    await system.vectors.index_paper(stray, dense, bm25.document("stray"))

    looked = await system.reconciler().run(ReconcileRequested(dry_run=True, run="dry"))
    record = await system.reconciler().run(ReconcileRequested(run="wet"))

    assert looked.found == record.found
    assert {"points_wrong", "pdf_missing", "text_missing", "orphan"} <= set(record.found)
    assert (record.found["pdf_missing"], record.found["text_missing"]) == (2, 2)
    assert (record.left, record.mended) == ({}, record.found)
    assert {alias: await system.point_ids(alias) for alias in points} == points
    assert await system.searched() == before
    assert (system.told, await spent(system)) == (told, paid)
    for key in (pdf.pdf.key, text.text.key, both.pdf.key, lone.text.key):
        assert await system.store.find(key) is not None
    again = await system.reconciler().run(ReconcileRequested(run="again"))
    assert (again.found, again.papers, again.indexed) == ({}, len(ALL), len(ALL))
    assert len(await system.runtime.kv("reconciles").keys("run.")) == 3
    assert brief(await newest(system.runtime.kv("reconciles"))).endswith("nothing was wrong")


async def test_a_lost_pdf_is_waited_for_and_never_dead(system: System) -> None:
    fetched = await result(system, 2, "fetcher", PaperFetched)
    assert isinstance(fetched, PaperFetched)
    assert fetched.pdf is not None
    system.fetching.clear()
    await system.drop_object(fetched.pdf.key)
    rebuilding = asyncio.create_task(index(system))

    async def waits() -> bool:
        row = await system.row(2, "indexer")
        return row is not None and (row.state, row.reason) == ("waiting", "pdf_missing")

    await system.until(waits, "the row waits")
    system.fetching.set()
    outcome = await rebuilding

    assert (outcome.done, outcome.dead, outcome.waiting) == (len(ALL), 0, 0)
    row = await system.row(2, "indexer")
    assert row is not None
    assert (row.state, row.epoch) == ("done", 2)
    assert system.fetched.count(name_of(2)) == 2


async def test_a_lost_text_is_made_again_for_the_summarizer(system: System) -> None:
    embedded = await result(system, 4, "indexer", PaperEmbedded)
    assert isinstance(embedded, PaperEmbedded)
    await system.drop_object(embedded.text.key)
    retrying = Retrying(system.runtime.js, system.runtime.ledger, why="test")
    await retrying.retry(Step("summarizer", embedded))

    async def done() -> bool:
        row = await system.row(4, "summarizer")
        return row is not None and row.state == "done" and row.epoch > 1

    await system.until(done, "the summary is there again")
    assert system.model.asked == len(ALL)
    assert await system.store.find(embedded.text.key) is not None


async def test_papers_whose_message_was_lost_are_sent_on(system: System) -> None:
    """The durable of the summarizer is lost, and made again so that it skips what was there."""
    consumer = topology.consumer_for("summarizer", PaperEmbedded)
    js = system.runtime.js
    await js.delete_consumer(consumer.stream, consumer.durable)
    await system.announce(20, 21)

    async def embedded() -> bool:
        rows = [await system.row(n, "notifier-embedded") for n in (20, 21)]
        return all(row is not None and row.state == "done" for row in rows)

    await system.until(embedded, "embedded")
    config = {**consumer_config(consumer, 1), "deliver_policy": "new"}
    body = msgspec.json.encode({"stream_name": consumer.stream, "config": config})
    place = f"{consumer.stream}.{consumer.durable}"
    answer = await system.runtime.nc.request(f"$JS.API.CONSUMER.CREATE.{place}", body)
    assert b'"error"' not in answer.data

    early = await system.reconciler(grace_s=3600).run(ReconcileRequested(run=now()))
    assert early.found == {}
    record = await system.reconciler().run(ReconcileRequested(run="late"))

    assert (record.found, record.left) == ({"stuck": 2}, {})
    await system.until_ready(20, 21)
    assert system.model.asked == len(ALL) + 2
