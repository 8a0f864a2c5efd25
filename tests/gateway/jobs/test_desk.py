"""Jobs the gateway does itself: taking turns, waiting, stopping."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from common.errors import Unavailable
from common.jobs import Job
from common.jobwork import Told
from fakes_gateway import World
from fakes_office import Meta, Office, filled
from gateway.jobs import desk, kept, kinds
from gateway.jobs.kinds import Checked, Kind
from gateway.jobs.news import REST
from gateway.jobs.params import ExportParams
from gateway.ports import Stores


async def test_two_desks_do_not_do_the_same_job(world: World, meta: Meta) -> None:
    async with Office(filled(world, meta, 30), desks=3) as office:
        asked = [await office.ask("export", limit=n) for n in range(1, 7)]
        done = [await office.ended(job) for job in asked]
    assert [job.counts.done for job in done] == [1, 2, 3, 4, 5, 6]
    assert len(world.objects.bodies) == 6 + 2 * 30  # no file was written twice


Work = Callable[[Stores, Job, Callable[[Told], None]], Awaitable[str]]


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[[Work], None]:
    def add(work: Work) -> None:
        checked = Checked(ExportParams(), "A test", "batch")
        made = Kind(ExportParams, lambda params, known: checked, work=work)
        monkeypatch.setitem(kinds.KINDS, "test", made)

    return add


async def test_a_dependency_that_is_down_is_waited_for(
    world: World, kind: Callable[[Work], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "RETRY_S", 0.05)
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
        await kept.cancel(office.stores.jobs, batch.id, at="2026-07-14T09:00:00Z")
        assert (await office.until(batch, lambda j: j.stage == "stopped")).state == "cancelled"


async def test_an_idle_desk_reads_the_jobs_only_now_and_then(world: World) -> None:
    async with Office(world) as office:
        await asyncio.sleep(3 * REST * 0.01)
        assert 1 <= world.jobs.reads <= 4
        assert (await office.ended(await office.ask("export"))).state == "failed"


async def test_a_waiting_job_is_begun_when_there_is_room(
    world: World, kind: Callable[[Work], None]
) -> None:
    async def work(stores: Stores, job: Job, tell: Callable[[Told], None]) -> str:
        return ""

    kind(work)
    async with Office(world) as office:
        asked = [
            await office.ask("test"),
            await office.ask("summaries"),
            await office.ask("export"),
        ]
        assert [(await office.ended(job)).state for job in asked] == ["ok", "ok", "failed"]
