"""The audit on a small world on real servers: clean as it is, and every planted fault is found."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from click.testing import CliRunner, Result
from qdrant_client import models

from audit_world import CANARY, DEAD, META, PAPERS, REPLAYED, Parts, World, delivery, summary_key
from audit_world import world as world_on
from buses import until
from cli.__main__ import main
from cli.audit.gather import gather
from cli.audit.judge import judge
from cli.audit.options import Options
from cli.audit.spent import IN_VAIN
from cli.audit.tidying import tidy
from cli.audit.watching import Watching
from common import consuming, paperid, texts, topology
from common.boundary import Boundary
from common.errors import EventTooLarge
from common.events import (
    NotificationSent,
    PaperAnnounced,
    PaperEmbedded,
    PaperFetched,
    SummaryReady,
)
from common.handlers import Handlers
from common.ids import now
from common.jobs import Counts, Job
from common.jobs import key_of as job_key
from common.kv import key
from common.ledger import Ledger
from common.letters.box import Letters
from common.letters.which import Which
from common.settings import ObjectsSettings
from common.stream import last_by_subject
from common.vectors.points import generation, point_id
from servers import Nats

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300)]

ONE = Parts(PAPERS[0])
NEW = Parts("arxiv:2402.11111")
OLD = "2026-01-01T00:00:00.000000Z"


@pytest.fixture
async def world(nats: Nats, s3: ObjectsSettings, vectors: str) -> AsyncIterator[World]:
    async with world_on(nats.url, s3, vectors) as made:
        yield made


def rows_of(paper: str) -> str:
    return topology.ledger_subject(paperid.to_token(paper), "*")


async def newest(world: World, subject: str) -> bytes:
    found = await last_by_subject(world.runtime.js, topology.PAPERS, subject)
    assert found is not None
    return found.body


async def without_rows(world: World) -> None:
    await world.runtime.js.purge_stream(topology.PAPERS, subject=rows_of(ONE.paper))


async def doubled_fact(world: World) -> None:
    await world.raw(SummaryReady.subject, await newest(world, SummaryReady.subject))


async def damaged_body(world: World) -> None:
    (name, *_) = await world.store.sizes("text/")
    body = await world.store.find(name)
    assert body is not None
    await world.store._call(
        lambda: world.store._write(
            name, body.replace(b"bees 0", b"wasp 0"), "application/json", "0", anew=True
        )
    )


async def cut_body(world: World) -> None:
    (name, *_) = await world.store.sizes("pdf/")
    await world.store._call(
        lambda: world.store._write(name, b"%PDF", "application/pdf", "0", anew=True)
    )


async def lost_body(world: World) -> None:
    await world.store.remove(summary_key(ONE))


async def summary_that_is_none(world: World) -> None:
    body = await world.store.find(summary_key(ONE))
    assert body is not None
    await world.store._call(
        lambda: world.store._write(
            summary_key(ONE), b"[" + body[1:], "application/json", "0", anew=True
        )
    )


async def lost_passage(world: World) -> None:
    gone = models.PointIdsList(points=[point_id(world.index.model, ONE.paper, 1)])
    await world.index.client.delete(world.index.texts, gone, wait=True)


async def lost_paper_point(world: World) -> None:
    gone = models.PointIdsList(points=[point_id(world.index.model, ONE.paper)])
    await world.index.client.delete(world.index.papers, gone, wait=True)


async def stale_passage(world: World) -> None:
    stale = {"paper": ONE.paper, "gen": generation(0, 7)}
    chosen = models.PointIdsList(points=[point_id(world.index.model, ONE.paper, 1)])
    await world.index.client.set_payload(world.index.texts, stale, points=chosen, wait=True)


async def one_passage_too_many(world: World) -> None:
    await world.points(Parts(REPLAYED, epoch=0), range(3, 5))


async def after_the_end(world: World) -> None:
    assert await world.row("notifier", ONE)


async def without_a_guard(world: World) -> None:
    subject = topology.ledger_subject(paperid.to_token(ONE.paper), "notifier")
    body = msgspec.json.decode(await newest(world, subject))
    await world.raw(subject, msgspec.json.encode({**body, "epoch": 1}))


async def wrong_start(world: World) -> None:
    await world.fetch(NEW)


async def fact_without_row(world: World) -> None:
    body = msgspec.json.decode(await newest(world, PaperEmbedded.subject))
    await world.raw(PaperEmbedded.subject, msgspec.json.encode({**body, "version": 7}))


async def row_without_fact(world: World) -> None:
    assert await world.row("indexer", ONE._replace(epoch=1))


async def dead_without_letter(world: World) -> None:
    await world.announce(NEW)
    await world.fetch(NEW)
    await world.die(NEW, lettered=False)


async def letter_taken_away(world: World) -> None:
    subject = topology.dead_subject("paper.announced")
    await world.runtime.js.purge_stream(topology.PAPERS, subject=subject)


async def advised(world: World) -> bool:
    return (await world.runtime.js.stream_info(topology.ADVISORIES)).state.messages > 0


async def advisory_without_letter(world: World) -> None:
    await world.announce(NEW)
    durable = topology.consumers_of("fetcher")
    (taken,) = [one.durable for one in durable if one.event.subject == "paper.announced"]
    taker = await world.runtime.js.pull_subscribe_bind(durable=taken, stream=topology.PAPERS)
    (message,) = await taker.fetch(1, timeout=10)
    await world.runtime.nc.request(message.reply, b"+TERM", timeout=10)
    await until(lambda: advised(world), "no advisory")


async def told_twice(world: World) -> None:
    again = msgspec.json.encode(delivery(ONE))
    await world.runtime.kv("deliveries").create(key("told", "w", ONE.paper, "again"), again)


async def told_without_record(world: World) -> None:
    await world.notice(ONE, "another")


async def told_of_nothing(world: World) -> None:
    one = delivery(NEW)
    await world.runtime.kv("deliveries").create(
        key("told", "w", NEW.paper, "summary"), msgspec.json.encode(one)
    )


async def delivery_left_behind(world: World) -> None:
    one = delivery(ONE, "v", state="waiting", at=OLD, next_at=OLD)
    await world.runtime.kv("deliveries").create(
        key("told", "v", ONE.paper, "summary"), msgspec.json.encode(one)
    )


async def counted_wrong(world: World) -> None:
    await world.spend(ONE, tokens=101)


async def not_counted(world: World) -> None:
    items = await world.runtime.kv("spend").items()
    await world.runtime.kv("spend").delete(items[0][0])


async def paid_twice(world: World) -> None:
    await world.spend(ONE, day="2026-01-02")


async def paid_in_vain_too_often(world: World) -> None:
    for number in range(IN_VAIN + 1):
        await world.spend(ONE, day=f"2026-01-0{number + 2}", kept=False)


async def paid_for_nothing(world: World) -> None:
    await world.spend(NEW)


async def two_summaries(world: World) -> None:
    kept = await world.store.ref(summary_key(ONE))
    assert kept is not None
    other = msgspec.structs.replace(kept, sha256="0" * 64)
    body = msgspec.json.decode(await newest(world, SummaryReady.subject))
    again = ONE._replace(version=2)
    fact = msgspec.convert({**body, **again._asdict()}, SummaryReady)
    recipe = summary_key(ONE).removeprefix("summary/").removesuffix(".json")
    stated = msgspec.structs.replace(fact, summary=other, recipe=recipe)
    assert await world.row("summarizer", again, "done", stated)


async def orphan_object(world: World) -> None:
    await world.store.put("pdf", b"%PDF of nobody", "application/pdf")


async def orphan_summary(world: World) -> None:
    body = texts.encode(world.summary(NEW))
    await world.store.put_at(summary_key(NEW), body, "application/json")


async def orphan_point(world: World) -> None:
    await world.points(NEW)


async def secret_in_a_fact(world: World) -> None:
    leaky = msgspec.structs.replace(META, comment=f"key {CANARY}")
    fact = PaperFetched(paper=DEAD, version=1, epoch=1, meta=leaky)
    assert await world.row("fetcher", Parts(DEAD, epoch=1), "done", fact)


async def secret_in_a_notice(world: World) -> None:
    told = NotificationSent(watch=CANARY, paper=DEAD, version=1, channel="mail", outcome="sent")
    await world.runtime.bus.notice(told)


async def unreadable_row(world: World) -> None:
    await world.raw(topology.ledger_subject("x", "fetcher"), b"{")


async def root_said_twice(world: World) -> None:
    await world.announce(NEW)
    subject = topology.ledger_subject(paperid.to_token(NEW.paper), "fetcher")
    await world.raw(subject, await newest(world, subject))


async def ask(world: World, *idents: str, same: str = "q") -> None:
    """Jobs under way for one question."""
    for ident in idents:
        await keep(world, Job(id=ident, kind="fetch", state="running", created=now(), same=same))


async def keep(world: World, job: Job) -> None:
    await world.runtime.kv("jobs").put(job_key(job.id), msgspec.json.encode(job))


async def promised_and_lost(world: World) -> None:
    asked = {"ids": [ONE.paper, NEW.paper]}
    counts = Counts(done=2, total=2)
    await keep(
        world, Job(id="first", kind="fetch", state="ok", created=OLD, params=asked, counts=counts)
    )


async def job_left_behind(world: World) -> None:
    await keep(world, Job(id="first", kind="fetch", state="running", created=OLD, seen=OLD))


async def two_jobs_for_one_question(world: World) -> None:
    await ask(world, "first", "second")


async def key_of_another_question(world: World) -> None:
    await ask(world, "first")
    claim = {"job": "first", "question": "another", "at": "2026-01-01T00:00:00Z"}
    await world.runtime.kv("jobs").put(key("once", "x"), msgspec.json.encode(claim))


async def forgotten(world: World) -> None:
    """Announced, taken by the fetcher and settled without a row."""
    await world.announce(NEW)


class Fault(NamedTuple):
    plant: Callable[[World], Awaitable[None]]
    check: str
    about: str = ONE.paper
    doubled: bool = False


FAULTS = (
    Fault(without_rows, "A1"),
    Fault(promised_and_lost, "A1", NEW.paper),
    Fault(unreadable_row, "A2", "ledger.x.fetcher"),
    Fault(without_a_guard, "A2"),
    Fault(wrong_start, "A2", NEW.paper),
    Fault(after_the_end, "A3"),
    Fault(doubled_fact, "A4", REPLAYED, doubled=True),
    Fault(fact_without_row, "A4", f"{REPLAYED}v7"),
    Fault(row_without_fact, "A4"),
    Fault(damaged_body, "A5", "arxiv"),
    Fault(cut_body, "A5", "arxiv"),
    Fault(lost_body, "A5"),
    Fault(summary_that_is_none, "A5"),
    Fault(lost_passage, "A5"),
    Fault(lost_paper_point, "A5"),
    Fault(stale_passage, "A5"),
    Fault(one_passage_too_many, "A5", REPLAYED),
    Fault(orphan_object, "A6", "pdf/"),
    Fault(orphan_summary, "A6", NEW.paper),
    Fault(orphan_point, "A6", NEW.paper),
    Fault(told_of_nothing, "A6", NEW.paper),
    Fault(paid_for_nothing, "A6", "recipe"),
    Fault(counted_wrong, "A7"),
    Fault(not_counted, "A7", "arxiv"),
    Fault(paid_twice, "A7", doubled=True),
    Fault(paid_in_vain_too_often, "A7"),
    Fault(two_summaries, "A7", doubled=True),
    Fault(told_twice, "A8", doubled=True),
    Fault(told_without_record, "A8"),
    Fault(dead_without_letter, "A9", NEW.paper),
    Fault(letter_taken_away, "A9", DEAD),
    Fault(advisory_without_letter, "A9", NEW.paper),
    Fault(secret_in_a_fact, "A10", "paper.fetched"),
    Fault(secret_in_a_notice, "A10", "notification.sent"),
    Fault(forgotten, "A11", NEW.paper),
    Fault(delivery_left_behind, "A11"),
    Fault(job_left_behind, "A11", "first"),
    Fault(root_said_twice, "A12", NEW.paper, doubled=True),
    Fault(two_jobs_for_one_question, "A12", "first", doubled=True),
    Fault(key_of_another_question, "A12", "first"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.plant.__name__)
async def test_a_planted_fault_is_found(world: World, fault: Fault) -> None:
    await fault.plant(world)
    await world.drain()
    verdict = await world.audit()
    findings = verdict.doubled if fault.doubled else verdict.unexplained
    hits = [one for one in findings if one.check == fault.check and fault.about in one.about]
    assert hits, verdict
    assert not verdict.is_clean
    assert CANARY not in str(verdict)


async def test_a_correct_world_is_clean_and_the_audit_leaves_nothing(world: World) -> None:
    before = await consumers(world)
    verdict = await world.audit(quiescence_s=0)
    assert verdict.is_clean, verdict
    assert (verdict.papers, verdict.ready, verdict.dead, verdict.in_work) == (5, 4, 1, 0)
    assert (verdict.deliveries, verdict.letters, verdict.summaries_paid) == (4, 2, 4)
    assert verdict.points == 4 * 4
    assert verdict.bodies_read == verdict.objects == 3 * 4
    assert verdict.cost_usd == pytest.approx(0.04)
    async with asyncio.timeout(60):
        while True:
            if await consumers(world) == before:
                break
            await asyncio.sleep(0.1)


async def consumers(world: World) -> int:
    streams = [await world.runtime.js.stream_info(one.name) for one in topology.STREAMS]
    return sum(one.state.consumer_count for one in streams)


async def test_what_is_at_work_is_no_fault_until_it_takes_too_long(world: World) -> None:
    await world.announce(NEW)
    verdict = await world.audit()
    assert verdict.is_clean, verdict
    assert verdict.in_work == 1
    late = await world.audit(quiescence_s=0)
    assert [one.check for one in late.unexplained] == ["A11"]
    assert late.unexplained[0].about == NEW.paper


async def test_a_body_that_came_before_its_fact_is_no_orphan_while_work_goes_on(
    world: World,
) -> None:
    await world.announce(NEW)
    await orphan_object(world)
    assert (await world.audit()).is_clean


async def test_what_a_try_left_behind_that_died_has_its_cause(world: World) -> None:
    await world.announce(NEW)
    await world.fetch(NEW)
    body = texts.encode(texts.PaperText(paper=NEW.paper, version=1, extractor="x", passages=()))
    await world.store.put("text", body, "application/json")
    await world.points(NEW)
    await world.die(NEW)
    await world.drain()
    assert (await world.audit()).is_clean


async def dead_command(world: World, *arguments: str) -> Result:
    """``paperbus dead`` on this world."""
    environ = {"NATS_URL": world.settings.bus.nats_url}
    words = ["dead", *arguments]
    return await asyncio.to_thread(lambda: CliRunner().invoke(main, words, env=environ))


async def letter_of(world: World, paper: str) -> str:
    """The number of its dead letter."""
    letters = Letters(world.runtime.js, world.runtime.ledger)
    (one,), _ = await letters.list(Which(paper=paper))
    return str(one.seq)


async def test_a_dropped_paper_has_come_to_an_end_that_is_explained(world: World) -> None:
    done = await dead_command(world, "drop", await letter_of(world, DEAD))
    assert (done.exit_code, "1 dropped" in done.output) == (0, True), done.output
    verdict = await world.audit(quiescence_s=0)
    assert verdict.is_clean, verdict
    assert (verdict.dead, verdict.letters) == (1, 1)


async def test_a_replayed_paper_is_explained_before_and_after_it_is_ready(world: World) -> None:
    before = await letter_of(world, DEAD)
    done = await dead_command(world, "replay", before)
    assert (done.exit_code, "1 replayed" in done.output) == (0, True), done.output
    at_work = await world.audit()
    assert at_work.is_clean, at_work
    assert (at_work.letters, at_work.in_work + at_work.dead) == (1, 1)
    pdf = await world.store.put("pdf", b"%PDF after all", "application/pdf")
    fetcher = Handlers("fetcher")

    @fetcher.on(PaperAnnounced)
    async def on_paper_announced(event: PaperAnnounced) -> PaperFetched:
        return PaperFetched(paper=event.paper, version=event.version, meta=event.meta, pdf=pdf)

    async with served(world, fetcher):
        await until(lambda: is_fetched(world, Parts(DEAD, epoch=1)), "not fetched again")
    again = Parts(DEAD, epoch=1)
    for step in (world.embed, world.summarise, world.tell):
        await step(again)
    await world.drain()
    verdict = await world.audit(quiescence_s=0)
    assert verdict.is_clean, verdict
    assert (verdict.ready, verdict.dead, verdict.letters) == (5, 0, 1)
    late = await dead_command(world, "replay", before)
    assert "gone" in late.output


@asynccontextmanager
async def served(world: World, handlers: Handlers) -> AsyncIterator[None]:
    """A service at work on this world."""
    broker = consuming.broker_for(world.settings.bus, handlers.service)
    js = (await broker.connect()).jetstream()
    boundary = Boundary(handlers.service, handlers.bindings[0], Ledger(js), js)
    consuming.bind(broker, [(boundary, 1)])
    await broker.start()
    try:
        yield
    finally:
        boundary.stopping.set()
        await broker.stop()


async def is_fetched(world: World, of: Parts) -> bool:
    entry = await world.runtime.ledger.read(of.paper, "fetcher")
    return entry is not None and (entry.row.state, entry.row.epoch) == ("done", of.epoch)


async def test_a_record_too_large_to_be_announced_is_explained_by_its_letter(world: World) -> None:
    pdf = await world.store.put("pdf", b"%PDF of a folder", "application/pdf")
    meta = msgspec.structs.replace(META, title="T" * 2_000_000)
    event = PaperAnnounced(paper=NEW.paper, version=1, meta=meta, pdf=pdf)
    with pytest.raises(EventTooLarge):
        await world.runtime.ledger.announce(event, None)
    verdict = await world.audit(quiescence_s=0)
    assert verdict.is_clean, verdict
    assert (verdict.dead, verdict.letters) == (2, 3)


@pytest.mark.parametrize(("age_s", "gone"), [(0.0, True), (3600.0, False)])
async def test_orphans_are_removed_when_they_are_old_enough_and_nothing_else(
    world: World, age_s: float, gone: bool
) -> None:
    await orphan_object(world)
    await orphan_summary(world)
    before = set(await world.store.sizes(""))
    with Watching(shown=False) as watching:
        seen = await gather(world.runtime, world.settings, Options(), watching)
    removed = {one.key for one in await tidy(seen, world.store, age_s=age_s)}
    assert len(removed) == (2 if gone else 0)
    assert set(await world.store.sizes("")) == before - removed
    assert judge(seen).is_clean == gone
    assert (await world.audit()).is_clean == gone


async def test_the_command_says_each_check_and_what_it_removed(
    world: World, tmp_path: Path
) -> None:
    await orphan_object(world)
    store, index = world.settings.objects, world.settings.vectors
    environ = {
        "NATS_URL": world.settings.bus.nats_url,
        "QDRANT_URL": index.qdrant_url,
        "S3_URL": store.s3_url,
        "S3_BUCKET": store.s3_bucket,
        "S3_ACCESS_KEY": store.s3_access_key.reveal(),
        "S3_SECRET_KEY": store.s3_secret_key.reveal(),
    }
    words = ["--data", str(tmp_path), "audit", "--remove-orphans"]
    done = await asyncio.to_thread(lambda: CliRunner().invoke(main, words, env=environ))
    assert done.exit_code == 1, "it is younger than a day"
    lines = done.output.splitlines()
    assert any(line.startswith("unexplained: A6: pdf/") for line in lines), done.output
    assert [line[-2:] for line in lines if line.startswith(("A6 ", "A12 "))] == [" 1", "ok"]
    assert "removed: " not in done.output


async def test_a_few_calls_in_vain_are_counted_and_no_finding(world: World) -> None:
    for number in range(IN_VAIN):
        await world.spend(ONE, day=f"2026-01-0{number + 2}", kept=False)
    verdict = await world.audit()
    assert verdict.is_clean, verdict
    assert (verdict.paid_in_vain, verdict.summaries_paid) == (IN_VAIN, 4)
    assert verdict.cost_usd == pytest.approx(0.04 + 0.01 * IN_VAIN)


async def test_papers_that_were_promised_must_be_known(world: World) -> None:
    assert (await world.audit(accepted=PAPERS)).is_clean
    verdict = await world.audit(accepted=(*PAPERS, NEW.paper))
    assert [(one.check, one.about) for one in verdict.unexplained] == [("A1", NEW.paper)]
