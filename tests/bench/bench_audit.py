"""What the audit of 100,000 papers costs its own process: the log, the index, and the judging."""

import asyncio
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import nats
import synthetic_log
import uvloop

from cli.audit.evidence import Evidence
from cli.audit.facts import Ref
from cli.audit.judge import judge
from cli.audit.log import Log
from cli.audit.secrecy import Needles
from common import provision, topology
from common.objectlist import Listed
from common.scan import scan
from common.vectors.census import Counted
from common.vectors.points import generation
from servers import Nats

PAPERS = 100_000
GOAL_CPU_S = 60.0
SECRETS = [(f"SECRET_{n}", f"s3cr3t-{n}" * 4) for n in range(4)]


def measure() -> Iterator[dict[str, Any]]:
    """Processor seconds of the audit; what the servers need for their answers is not in it."""
    yield uvloop.run(_measured(PAPERS))


async def _measured(papers: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        async with _server(Path(folder)) as (server, nc):
            messages = await asyncio.to_thread(synthetic_log.write, server.port, papers)
            return await _audited(nc, papers, messages)


async def _audited(nc: Any, papers: int, messages: int) -> dict[str, Any]:
    before_mb = _peak_mb()
    seen = Evidence(began_s=time.time(), began_seq=messages, log=Log(Needles(SECRETS)))
    began, cpu = time.perf_counter(), time.process_time()
    await scan(nc.jetstream(), topology.PAPERS, seen.log.take, upto=messages)
    read_s, read_cpu = time.perf_counter() - began, time.process_time() - cpu
    _give_stores(seen)
    cpu = time.process_time()
    verdict = judge(seen)
    judge_cpu = time.process_time() - cpu
    assert verdict.is_clean, verdict.unexplained[:3]
    assert (verdict.papers, verdict.ready) == (papers, papers)
    return {
        "papers": papers,
        "messages": messages,
        "log_s": round(read_s, 1),
        "log_cpu_s": round(read_cpu, 1),
        "judge_cpu_s": round(judge_cpu, 1),
        "cpu_s": round(read_cpu + judge_cpu, 1),
        "us_a_message": round(read_cpu / messages * 1e6, 1),
        "memory_mb": _peak_mb() - before_mb,
        "goal": f"cpu_s < {GOAL_CPU_S}",
    }


def _give_stores(seen: Evidence) -> None:
    """What index and object store answer, so that the judging has all its work."""
    gen = generation(1, 0)
    seen.points.take_papers(Counted(name, gen, 1) for name in seen.log.papers)
    seen.points.take_passages(Counted(name, gen) for name in seen.log.papers)
    refs: dict[str, tuple[str, Ref]] = seen.log.refs
    seen.store.objects = {key: Listed(key, ref.size_bytes, 0.0) for key, (_, ref) in refs.items()}


@asynccontextmanager
async def _server(folder: Path) -> AsyncIterator[tuple[Nats, Any]]:
    server = Nats(folder)
    conf = folder / "nats.conf"
    conf.write_text(conf.read_text().replace("sync_interval: always", "sync_interval: 2m"))
    server.start()
    try:
        nc = await nats.connect(server.url, inbox_prefix="_INBOX_bench")
        await provision.apply(nc)
        yield server, nc
        await nc.close()
    finally:
        server.stop()


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
