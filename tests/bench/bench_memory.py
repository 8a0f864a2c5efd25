"""Memory of the five services under a load without end, while 500 clients listen live.

The whole system as the demo starts it: new papers are asked for whenever fewer than 300 are in
work, somebody searches twice a second, and of the 500 clients 50 never read and 50 read a few
bytes a second. ``BENCH_MINUTES=2`` gives a quick look, with shorter windows.
"""

import asyncio
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from endless_load import IN_WORK, Load

from cli import demodata, demowatches
from cli.demo import EXTRA_PORTS
from cli.settings import Settings
from cli.system import Options, System, running
from common import topology
from common.runtime import connect
from common.settings import load
from demo_process import slice_of_the_day
from servers import free_port

MINUTES = float(os.environ.get("BENCH_MINUTES", "10"))
CLIENTS = int(os.environ.get("BENCH_CLIENTS", "500"))
EVERY_S = 5.0
GOAL = 1.10
EARLY, LATE = (0.2, 0.4), (0.8, 1.0)
"""Parts of the run that are compared: of ten minutes 2 to 4 and 8 to 10."""
FILES = 8192
SETTINGS = {"GATEWAY_MAX_STREAMS": "1000", "GATEWAY_STREAM_MINUTES": "30"}
"""Both are the defaults, stated so that the figure says what it is for."""
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Sample(NamedTuple):
    """Megabytes of each service with its children, and the process ids of the services."""

    at_s: float
    held: dict[str, float]
    pids: dict[str, int]


def measure() -> Iterator[dict[str, Any]]:
    """One row for each service, and one about the load."""
    _allow_files()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plan = demodata.plan(folder / "data", slice_of_the_day(folder, 5))
        options = Options(data=plan.data, host="127.0.0.1", port=free_port())
        with running(options, dict(SETTINGS), extra=EXTRA_PORTS) as system:
            system.environ |= demodata.environment(system.stack, plan)
            demodata.write_feeds(plan)
            system.start(*demodata.servers(system.stack, plan))
            samples, told = asyncio.run(_loaded(system))
    for service in topology.SERVICES:
        yield _row(service, samples)
    yield told


def _row(service: str, samples: list[Sample]) -> dict[str, Any]:
    early, late = (_median(service, samples, part) for part in (EARLY, LATE))
    held = [sample.held[service] for sample in samples]
    return {
        "service": service,
        "early_mb": round(early, 1),
        "late_mb": round(late, 1),
        "ratio": round(late / early, 3),
        "goal": f"<= {GOAL}: median of the last fifth over that of the second",
        "most_mb": round(max(held), 1),
        "starts": len({sample.pids[service] for sample in samples}),
        "every_30_s_mb": [round(one) for one in held[:: round(30 / EVERY_S)]],
    }


def _median(service: str, samples: list[Sample], part: tuple[float, float]) -> float:
    first, last = (share * MINUTES * 60 for share in part)
    return statistics.median(s.held[service] for s in samples if first <= s.at_s <= last)


async def _loaded(system: System) -> tuple[list[Sample], dict[str, Any]]:
    """All samples of the run, and what the load was."""
    ports = system.stack.ports
    work = Load(system.page, f"http://127.0.0.1:{ports['upstream']}")
    settings = load(Settings, {**system.stack.environ, **system.environ})
    await demowatches.ensure(system)
    async with connect("demo", settings) as runtime, _crowd(system) as crowd:
        endless = [work.ask(), work.watch(runtime), work.read(), crowd.hear()]
        tasks = [asyncio.ensure_future(one) for one in endless]
        try:
            samples = await _sampled(system, tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    return samples, {
        "minutes": MINUTES,
        "papers_asked": work.asked,
        "papers_ended": work.ended,
        "papers_a_second": round(work.ended / MINUTES / 60, 2),
        "kept_in_work": IN_WORK,
        "reads": work.reads,
        "reads_without_an_answer": work.unanswered,
        "requests_refused": work.refused,
        "clients": CLIENTS,
        "live": {**crowd.last, "least_open_after_the_start": crowd.least},
        "settings": SETTINGS,
    }


async def _sampled(system: System, tasks: Sequence[asyncio.Future[None]]) -> list[Sample]:
    """One sample every few seconds; raises what the load raises."""
    began = time.monotonic()
    samples: list[Sample] = []
    while (at_s := time.monotonic() - began) < MINUTES * 60:
        for task in tasks:
            if task.done():
                task.result()
        samples.append(_sample(system, at_s))
        await asyncio.sleep(EVERY_S)
    return samples


def _sample(system: System, at_s: float) -> Sample:
    there = {child.command.name: child.pid or 0 for child in system.stack.children}
    pids = {service: there[service] for service in topology.SERVICES}
    return Sample(at_s, {service: _held_mb(pid) for service, pid in pids.items()}, pids)


def _held_mb(pid: int) -> float:
    """Resident memory of a process and all below it; what has just ended counts nothing."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES / 1e6
        lists = Path(f"/proc/{pid}/task").glob("*/children")
        below = [int(one) for path in lists for one in path.read_text().split()]
    except OSError:
        return 0.0
    return own + sum(map(_held_mb, below))


class Crowd:
    """The process of all live clients; ``last`` is what it said last."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.last: dict[str, float] = {}
        self.least: float = CLIENTS
        self._process = process
        self._is_whole = False

    async def hear(self) -> None:
        """Listen to it for ever; raises when it ends."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            self.last = json.loads(line)
            self._is_whole = self._is_whole or self.last["open"] == CLIENTS
            if self._is_whole:
                self.least = min(self.least, self.last["open"])
        raise RuntimeError("the live clients have ended")


@asynccontextmanager
async def _crowd(system: System) -> AsyncIterator[Crowd]:
    script = Path(__file__).with_name("sse_crowd.py")
    port = system.page.rpartition(":")[2]
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(script), port, str(CLIENTS), stdout=subprocess.PIPE
    )
    try:
        yield Crowd(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _allow_files() -> None:
    """Each live client is a file of the gateway and one of the clients' process."""
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if least < FILES:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, most), most))
