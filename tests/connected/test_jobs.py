"""Jobs over a real bus: reports, cancels, overtaking and repairs, with two gateways."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from common import consuming, jobs, provision
from common.boundary import Boundary
from common.events import (
    FetchAsked,
    FetchRequested,
    PaperAnnounced,
    PaperFetched,
    PaperMeta,
    TidyRequested,
)
from common.handlers import Done, Handlers
from common.jobs import Job
from common.jobwork import JobWork, Told, current
from common.runtime import Runtime, connect
from common.settings import BusSettings, RuntimeSettings
from fakes_gateway import World
from gateway.jobs import asking, kept, sweep, taking
from gateway.lag import lag
from gateway.ports import Stores
from servers import Nats, nats_server

pytestmark = [pytest.mark.connected, pytest.mark.timeout(120)]
META = PaperMeta(title="A title")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    bus: BusSettings
    runtime: RuntimeSettings = RuntimeSettings()


@pytest.fixture
def nats(tmp_path: Path) -> Iterator[Nats]:
    with nats_server(tmp_path / "nats") as server:
        yield server


class System:
    """Two gateways and a fetcher on one bus; what the fetcher does is up to the test."""

    def __init__(self, runtime: Runtime, url: str) -> None:
        self.runtime = runtime
        self.url = url
        self.stores: Stores = msgspec.structs.replace(
            World().stores(),
            jobs=runtime.kv(jobs.BUCKET),
            bus=runtime.bus,
            ledger=runtime.ledger,
            lag=lambda: lag(runtime.js),
        )
        self.work = JobWork(runtime.kv(jobs.BUCKET), runtime.bus, look_every_s=0.1)

    async def ask(self, **params: Any) -> Job:
        return await asking.start(self.stores, "fetch", params)

    async def until(self, job: Job, fits: Callable[[Job], bool], seconds: float = 60) -> Job:
        async with asyncio.timeout(seconds):
            while not fits(found := await kept.one(self.stores.jobs, job.id)):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return found

    @asynccontextmanager
    async def fetcher(self, table: Handlers) -> AsyncIterator[None]:
        broker = consuming.broker_for(BusSettings(nats_url=self.url), "fetcher")
        js = (await broker.connect()).jetstream()
        taking = [
            (Boundary("fetcher", one, self.runtime.ledger, js), one.workers)
            for one in table.bindings
        ]
        consuming.bind(broker, taking)
        await broker.start()
        try:
            yield
        finally:
            await broker.stop()

    def asked(self, work: Callable[[], Awaitable[None]]) -> Handlers:
        table = Handlers("fetcher")

        @table.on(FetchAsked, workers=2)
        async def on_fetch_asked(event: FetchAsked) -> None:
            await self.work.followed(event.job, work)

        return table


@asynccontextmanager
async def system(nats: Nats) -> AsyncIterator[System]:
    settings = Settings(bus=BusSettings(nats_url=nats.url))
    async with connect("one", settings) as one, connect("two", settings) as two:
        await provision.apply(one.nc)
        found = System(one, nats.url)
        gateways = [
            asyncio.create_task(taking.take(runtime, binding))
            for runtime in (one, two)
            for binding in taking.handlers(found.stores, kept_days=0.0).bindings
        ]
        try:
            yield found
        finally:
            one.stopping.set()
            two.stopping.set()
            await asyncio.gather(*gateways)


async def test_reports_of_a_worker_reach_the_job(nats: Nats) -> None:
    seen = asyncio.Event()

    async def work() -> None:
        for done in range(1, 11):
            current().look = lambda n=done: Told("fetching papers", n, 10)  # type: ignore[misc]
            if done == 5:
                await seen.wait()
            await asyncio.sleep(0.1)

    async with system(nats) as all_of_it:
        job = await all_of_it.ask(ids=["2401.00001"])
        assert (await all_of_it.ask(ids=["arXiv:2401.00001"])).id == job.id
        async with all_of_it.fetcher(all_of_it.asked(work)):
            moving = await all_of_it.until(job, lambda found: found.counts.done > 2)
            assert (moving.state, moving.stage) == ("running", "fetching papers")
            seen.set()
            done = await all_of_it.until(job, lambda found: found.is_ended)
    assert (done.state, done.counts.done, done.progress, done.error) == ("ok", 10, 1.0, "")


async def test_one_key_twenty_times_at_once_is_one_job_also_after_its_end(nats: Nats) -> None:
    async with system(nats) as all_of_it:
        stores, asked = all_of_it.stores, {"ids": ["2401.00001"]}

        async def ask() -> str:
            return (await asking.start(stores, "fetch", asked, once="key")).id

        (ident,) = set(await asyncio.gather(*(ask() for _ in range(20))))
        await kept.change(stores.jobs, ident, lambda j: msgspec.structs.replace(j, state="ok"))
        assert set(await asyncio.gather(*(ask() for _ in range(20)))) == {ident}
        assert (await asking.start(stores, "fetch", asked)).id != ident, "without the key it is new"
        info = await all_of_it.runtime.js.stream_info(
            "REQUESTS", subjects_filter=FetchAsked.subject
        )
        assert (info.state.subjects or {}).get(FetchAsked.subject) == 2


async def test_a_cancel_stops_the_worker_soon(nats: Nats) -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(600)
        finally:
            stopped.set()

    async with system(nats) as all_of_it:
        running = await all_of_it.ask(ids=["2401.00001"])
        async with all_of_it.fetcher(all_of_it.asked(work)):
            await asyncio.wait_for(begun.wait(), 60)
            await kept.cancel(all_of_it.stores.jobs, running.id, at="2026-07-14T08:00:00Z")
            await asyncio.wait_for(stopped.wait(), 60)
            found = await all_of_it.until(running, lambda job: job.stage == "stopped")
    assert found.state == "cancelled"


async def test_a_cancelled_download_leaves_a_cancelled_row(nats: Nats) -> None:
    slow = asyncio.Event()

    async with system(nats) as all_of_it:
        table = Handlers("fetcher")

        @table.on(PaperAnnounced, workers=2)
        async def on_paper_announced(event: PaperAnnounced) -> PaperFetched | Done:
            async def fetch() -> PaperFetched:
                slow.set()
                await asyncio.sleep(600)
                raise AssertionError

            made = await all_of_it.work.unless_cancelled(event.job, fetch)
            return made or Done(detail={"job": event.job})

        job = await all_of_it.ask(feed="ai")
        ledger = all_of_it.runtime.ledger
        for number in range(1, 5):
            paper = f"arxiv:2401.{number:05d}"
            event = PaperAnnounced(paper=paper, version=1, meta=META, job=job.id)
            assert await ledger.announce(event, None)
        async with all_of_it.fetcher(table):
            await asyncio.wait_for(slow.wait(), 60)
            await kept.cancel(all_of_it.stores.jobs, job.id, at="2026-07-14T08:00:00Z")
            async with asyncio.timeout(60):
                for number in range(1, 5):
                    while True:
                        entry = await ledger.read(f"arxiv:2401.{number:05d}", "fetcher")
                        assert entry is not None
                        if entry.row.state == "cancelled":
                            break
                        await asyncio.sleep(0.05)


async def test_what_a_person_asks_overtakes_a_harvest(nats: Nats) -> None:
    async def quick() -> None:
        return None

    async with system(nats) as all_of_it:
        table = all_of_it.asked(quick)
        harvesting, over = asyncio.Event(), asyncio.Event()

        @table.on(FetchRequested)
        async def on_fetch_requested(event: FetchRequested) -> None:
            harvesting.set()
            await over.wait()

        for _ in range(3):
            await all_of_it.runtime.bus.request(FetchRequested(feed="ai"))
        async with all_of_it.fetcher(table):
            await asyncio.wait_for(harvesting.wait(), 60)
            job = await all_of_it.ask(ids=["2401.00001"])
            assert (await all_of_it.until(job, lambda j: j.is_ended)).state == "ok"
            over.set()


async def test_a_lost_request_is_sent_again(nats: Nats) -> None:
    done: list[str] = []

    async def work() -> None:
        done.append(current().job)

    async with system(nats) as all_of_it:
        job = await all_of_it.ask(ids=["2401.00001"])
        later = "2100-01-01T00:00:00Z"
        assert await sweep.repaired(all_of_it.stores, at=later, stale_s=300) == []
        await all_of_it.runtime.js.purge_stream("REQUESTS", subject=FetchAsked.subject)
        (again,) = await sweep.repaired(all_of_it.stores, at=later, stale_s=300)
        assert (again.id, again.attempts) == (job.id, 2)
        async with all_of_it.fetcher(all_of_it.asked(work)):
            found = await all_of_it.until(job, lambda found: found.is_ended)
    assert (found.state, done) == ("ok", [job.id])


async def test_the_bus_calls_for_tidying(nats: Nats) -> None:
    async with system(nats) as all_of_it:
        job = await all_of_it.ask(ids=["2401.00001"])
        running = await all_of_it.ask(ids=["2401.00002"])
        await kept.cancel(all_of_it.stores.jobs, job.id, at="2026-07-14T08:00:00Z")
        await taking.schedule(all_of_it.runtime, "0 0 3 * * *")
        await all_of_it.runtime.bus.schedule("soon", "@every 1s", TidyRequested(), time_zone="UTC")
        async with asyncio.timeout(60):
            while await kept.everything(all_of_it.stores.jobs) != [running]:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
