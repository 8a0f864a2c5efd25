"""Jobs the gateway does itself: exports, bulk summaries, taking turns, stopping."""

import asyncio
import csv
import gzip
import io
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest

from common.errors import Unavailable
from common.events import PaperMeta, SummaryRequested
from common.jobs import Job
from common.jobwork import Told
from fakes_gateway import World
from gateway import jobdesk, jobkinds, jobs, jobstart
from gateway.jobdesk import Desk
from gateway.jobkinds import Checked, Kind
from gateway.jobparams import ExportParams
from gateway.ports import Stores

Meta = Callable[..., PaperMeta]


class Office:
    """Desks over one world."""

    def __init__(self, world: World, desks: int = 1) -> None:
        self.world, self.stores = world, world.stores()
        self.stopping = asyncio.Event()
        self.desks = [Desk(self.stores, f"desk-{n}", look_s=0.01) for n in range(desks)]

    async def __aenter__(self) -> "Office":
        self._tasks = [asyncio.create_task(desk.run(self.stopping)) for desk in self.desks]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stopping.set()
        await asyncio.gather(*self._tasks)

    async def ask(self, kind: str, **params: Any) -> Job:
        return await jobstart.start(self.stores, kind, params)

    async def until(self, job: Job, fits: Callable[[Job], bool]) -> Job:
        async with asyncio.timeout(10):
            while True:
                found = await jobs.one(self.stores.jobs, job.id)
                if fits(found):
                    return found
                await asyncio.sleep(0.01)

    async def ended(self, job: Job) -> Job:
        return await self.until(job, lambda found: found.is_ended)

    def file(self, job: Job) -> str:
        return gzip.decompress(self.world.objects.bodies[job.result]).decode()


def filled(world: World, meta: Meta, count: int = 230) -> World:
    for n in range(count):
        world.add(meta(f"Paper {n}", announced=f"2026-07-{1 + n % 28:02d}"), f"arxiv:2401.{n:05d}")
    return world


async def test_an_export_as_lines(world: World, meta: Meta) -> None:
    async with Office(filled(world, meta)) as office:
        job = await office.ended(await office.ask("export", format="jsonl"))
    assert (job.state, job.counts.done, job.progress, job.error) == ("ok", 230, 1.0, "")
    lines = [msgspec.json.decode(line) for line in office.file(job).splitlines()]
    assert {line["id"] for line in lines} == set(world.index.cards)


async def test_an_export_as_a_table_no_spreadsheet_runs(world: World, meta: Meta) -> None:
    world.add(meta('=cmd("x"), a "title"', authors=("Ada, L.", "B")), "arxiv:2401.00001")
    async with Office(world) as office:
        job = await office.ended(await office.ask("export", format="csv", feed="ai-scholar"))
    (row,) = csv.DictReader(io.StringIO(office.file(job)))
    assert row["title"] == '\'=cmd("x"), a "title"'
    assert (row["authors"], row["full_text"]) == ("Ada, L.; B", "true")
    assert row["url"] == "https://arxiv.org/abs/2401.00001v1"


async def test_an_export_as_bibtex(world: World, meta: Meta) -> None:
    world.add(meta("The GPU & you", doi="10.1000/x", journal_ref="J. Test 1"), "arxiv:2401.00001")
    world.add(meta("The GPU & them"), "arxiv:2401.00002")
    async with Office(world) as office:
        job = await office.ended(await office.ask("export", format="bibtex", limit=2))
    text = office.file(job)
    assert "@misc{lovelace2026gpu," in text
    assert "@article{lovelace2026gpua," in text
    assert r"title = {The {GPU} \& you}" in text
    assert "doi = {10.1000/x}" in text


async def test_an_export_of_nothing_fails_and_says_so(world: World) -> None:
    async with Office(world) as office:
        job = await office.ended(await office.ask("export"))
    assert (job.state, job.result) == ("failed", "")
    assert "no paper fits" in job.error
    assert world.objects.bodies == {}


async def test_two_desks_do_not_do_the_same_job(world: World, meta: Meta) -> None:
    async with Office(filled(world, meta, 30), desks=3) as office:
        asked = [await office.ask("export", limit=n) for n in range(1, 7)]
        done = [await office.ended(job) for job in asked]
    assert [job.counts.done for job in done] == [1, 2, 3, 4, 5, 6]
    assert len(world.objects.bodies) == 6 + 2 * 30  # no file was written twice


async def summarizer(world: World, answered: list[str], *, after_s: float = 0.0) -> None:
    """Answers what is asked, by writing the row as the service does."""
    seen = 0
    while True:
        while seen < len(world.bus.requests):
            asked = world.bus.requests[seen]
            seen += 1
            assert isinstance(asked, SummaryRequested)
            await asyncio.sleep(after_s)
            answered.append(asked.paper)
            rows = world.ledger.rows[asked.paper]
            rows["summarizer"] = msgspec.structs.replace(
                rows["summarizer"], epoch=asked.epoch, cause=asked.event_id, state="done"
            )
        await asyncio.sleep(0.005)


async def test_bulk_summaries(world: World, meta: Meta) -> None:
    answered: list[str] = []
    filled(world, meta, 30)
    row = world.ledger.rows["arxiv:2401.00003"]["summarizer"]
    world.ledger.rows["arxiv:2401.00003"]["summarizer"] = msgspec.structs.replace(row, state="dead")
    del world.ledger.rows["arxiv:2401.00004"]["summarizer"]  # on its way by itself
    service = asyncio.create_task(summarizer(world, answered))
    async with Office(world) as office:
        plain = await office.ended(await office.ask("summaries"))
        assert (plain.state, plain.counts.done, answered) == ("ok", 30, ["arxiv:2401.00003"])
        other = await office.ended(await office.ask("summaries", model="other"))
        assert (other.counts.done, len(answered)) == (30, 30)
        named = await office.ended(await office.ask("summaries", ids=["2401.00001"], redo=True))
        assert (named.counts.done, answered[-1]) == (1, "arxiv:2401.00001")
    service.cancel()


async def test_bulk_summaries_stop_when_cancelled(world: World, meta: Meta) -> None:
    answered: list[str] = []
    service = asyncio.create_task(summarizer(filled(world, meta, 60), answered, after_s=0.02))
    async with Office(world) as office:
        job = await office.ask("summaries", redo=True)
        await office.until(job, lambda found: found.counts.done > 2)
        await jobs.cancel(office.stores.jobs, job.id, at="2026-07-14T09:00:00Z")
        await office.until(job, lambda found: found.stage == "stopped")
        asked = len(world.bus.requests)
        await asyncio.sleep(0.2)
        assert len(world.bus.requests) == asked < 60
    service.cancel()


async def test_what_another_gateway_left_is_not_asked_again(world: World, meta: Meta) -> None:
    answered: list[str] = []
    service = asyncio.create_task(summarizer(filled(world, meta, 40), answered, after_s=0.01))
    async with Office(world) as office:
        job = await office.ask("summaries", redo=True)
        await office.until(job, lambda found: found.counts.done > 5)
    left = await jobs.one(world.stores().jobs, job.id)
    assert (left.state, left.worker) == ("queued", "")
    async with Office(world) as office:
        done = await office.ended(job)
    assert (done.state, done.counts.done) == ("ok", 40)
    assert len(set(answered)) == 40
    assert len({asked.event_id for asked in world.bus.requests}) == 40
    service.cancel()


Work = Callable[[Stores, Job, Callable[[Told], None]], Awaitable[str]]


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], None]:
    def add(work: Work) -> None:
        checked = Checked(ExportParams(), "A test", "batch")
        made = Kind(ExportParams, lambda params, known: checked, work=work)
        monkeypatch.setitem(jobkinds.KINDS, "test", made)

    return add


async def test_a_dependency_that_is_down_is_waited_for(
    world: World, kind: Callable[[Work], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobdesk, "RETRY_S", 0.05)
    tries: list[int] = []

    async def work(stores: Stores, job: Job, tell: Callable[[Told], None]) -> str:
        tries.append(job.attempts)
        if len(tries) < 3:
            raise Unavailable("qdrant", "gone")
        return ""

    kind(work)
    async with Office(world) as office:
        job = await office.ended(await office.ask("test"))
    assert (job.state, job.error, tries) == ("ok", "", [1, 2, 3])


async def test_a_bug_ends_the_job_and_not_the_desk(
    world: World, kind: Callable[[Work], None]
) -> None:
    async def work(stores: Stores, job: Job, tell: Callable[[Told], None]) -> str:
        raise ZeroDivisionError

    kind(work)
    async with Office(world) as office:
        job = await office.ended(await office.ask("test"))
        assert (job.state, "log of the gateway" in job.error) == ("failed", True)
        assert (await office.ended(await office.ask("export"))).state == "failed"


async def test_a_batch_leaves_room_for_a_person(
    world: World, meta: Meta, kind: Callable[[Work], None]
) -> None:
    async def work(stores: Stores, job: Job, tell: Callable[[Told], None]) -> str:
        await asyncio.sleep(60)
        return ""

    kind(work)
    async with Office(filled(world, meta, 3)) as office:
        batch = await office.ask("test")
        await office.until(batch, lambda found: found.state == "running")
        assert (await office.ended(await office.ask("export"))).state == "ok"
        await jobs.cancel(office.stores.jobs, batch.id, at="2026-07-14T09:00:00Z")
        assert (await office.until(batch, lambda j: j.stage == "stopped")).state == "cancelled"
