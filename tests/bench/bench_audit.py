"""What ``paperbus audit`` of 100,000 papers costs its own process, reading all that it reads.

Real servers hold the papers: their log, bodies, points, spending and deliveries. The bodies are
small and the vectors short, for the audit reads the listing and a sample of the bodies, and no
vector. ``BENCH_PAPERS=2000`` gives a quick look.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import nats
import synthetic_log
import synthetic_stores

from cli import envfile
from common import objects, provision
from common.secret import Secret
from common.settings import ObjectsSettings, VectorsSettings
from servers import Nats, poll_until, vectors_server
from standalone import ports, servers
from standalone.folder import DataFolder

PAPERS = int(os.environ.get("BENCH_PAPERS", "100000"))
PASSAGES = int(os.environ.get("BENCH_PASSAGES", "10"))
GOAL_CPU_S = 60.0
SECRETS = ("OPENAI_API_KEY", "GATEWAY_SHARED_KEY", "SMTP_PASSWORD")
NOT_MORE_S = 3600


class Ran(NamedTuple):
    """What the audit said, and what the system says it used."""

    verdict: dict[str, Any]
    wall_s: float
    cpu_s: float
    peak_mb: int


def measure() -> Iterator[dict[str, Any]]:
    """Processor seconds of the command with its children; the servers' are not in it."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        began = time.perf_counter()
        _build(stack, folder)
        build_s = time.perf_counter() - began
        ran = _audit(folder)
    verdict = ran.verdict
    assert verdict["papers"] == verdict["ready"] == PAPERS, verdict
    yield {
        **{name: verdict[name] for name in ("papers", "messages", "points", "objects")},
        **{name: verdict[name] for name in ("bodies_read", "deliveries", "summaries_paid")},
        "build_s": round(build_s),
        "wall_s": round(ran.wall_s, 1),
        "judging_and_reading_cpu_s": verdict["cpu_s"],
        "peak_memory_mb": ran.peak_mb,
        "cpu_s": round(ran.cpu_s, 1),
        "goal": f"cpu_s < {GOAL_CPU_S:.0f} at 100000 papers, user and system, of the whole command",
    }


def _audit(folder: Path) -> Ran:
    """Run the command as an operator does."""
    command = [sys.executable, "-m", "cli", "--data", str(folder), "audit", "--json"]
    out = folder / "audit.json"
    began = time.perf_counter()
    with out.open("wb") as said:
        process = subprocess.Popen(command, stdout=said)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall_s = time.perf_counter() - began
    verdict = json.loads(out.read_text())
    assert process.returncode == 0, {n: verdict[n][:3] for n in ("unexplained", "doubled")}
    return Ran(verdict, wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)


def _build(stack: ExitStack, folder: Path) -> None:
    """Servers and all that they hold, as fast as they take it."""
    nats_server = _nats(stack, folder / "nats")
    store, filer = _store(stack, folder / "objects")
    vectors = VectorsSettings(qdrant_url=stack.enter_context(vectors_server(folder / "vectors")))
    asyncio.run(_filled(nats_server, store, filer, vectors))
    known = {
        "NATS_URL": nats_server.url,
        "S3_URL": store.s3_url,
        "S3_ACCESS_KEY": store.s3_access_key.reveal(),
        "S3_SECRET_KEY": store.s3_secret_key.reveal(),
        "QDRANT_URL": vectors.qdrant_url,
        **{name: f"looked-for-{name.lower()}" * 2 for name in SECRETS},
    }
    envfile.write(folder, known)


async def _filled(
    server: Nats, store: ObjectsSettings, filer: int, vectors: VectorsSettings
) -> None:
    nc = await nats.connect(server.url)
    await provision.apply(nc)
    await nc.close()
    await objects.connect(store).ensure_bucket()
    await asyncio.gather(
        asyncio.to_thread(synthetic_log.write, server.port, PAPERS, PASSAGES),
        asyncio.to_thread(synthetic_stores.write_records, server.port, PAPERS),
        synthetic_stores.fill_objects(filer, store.s3_bucket, PAPERS),
        synthetic_stores.fill_points(vectors, PAPERS, PASSAGES),
    )


def _nats(stack: ExitStack, folder: Path) -> Nats:
    server = Nats(folder)
    conf = folder / "nats.conf"
    conf.write_text(conf.read_text().replace("sync_interval: always", "sync_interval: 2m"))
    stack.callback(server.stop)
    server.start()
    return server


def _store(stack: ExitStack, folder: Path) -> tuple[ObjectsSettings, int]:
    """SeaweedFS as the standalone system runs it, and the port of its files."""
    data = DataFolder(folder)
    chosen = dict(zip(servers.PORT_NAMES, ports.free_ports(len(servers.PORT_NAMES)), strict=True))
    command = servers.s3(data, chosen)
    with command.log.open("ab") as log:
        process = subprocess.Popen(command.argv, stdout=log, stderr=log)
    stack.callback(process.wait)
    stack.callback(process.kill)
    poll_until(command.is_ready, f"the store did not start; see {command.log}")
    settings = ObjectsSettings(
        s3_url=f"http://127.0.0.1:{chosen['s3']}",
        s3_access_key=Secret(servers.S3_USER),
        s3_secret_key=Secret(data.secret("s3")),
    )
    return settings, chosen["filer"]
