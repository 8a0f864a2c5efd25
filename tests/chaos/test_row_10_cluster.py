"""Row 10: three nats-servers; members are killed and paused, also the leader."""

import asyncio
import contextlib
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from chaos.kit import strike
from common import provision, topology
from common.errors import ServiceError
from common.events import PaperAnnounced, PaperMeta
from common.runtime import Runtime, connect
from common.settings import BusSettings, RuntimeSettings
from servers import wait_for_port
from standalone import ports

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]
CONF = """
server_name: n{number}
listen: "127.0.0.1:{port}"
jetstream {{ store_dir: "{store}", sync_interval: always, max_file_store: 20GB }}
cluster {{ name: c, listen: "127.0.0.1:{route}", routes: [{routes}] }}
"""
SECONDS = 70.0
SENDERS = 4


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    bus: BusSettings
    runtime: RuntimeSettings = RuntimeSettings()


class Cluster:
    """Three servers on loopback."""

    def __init__(self, folder: Path) -> None:
        found = ports.free_ports(6)
        self.ports, routes = found[:3], found[3:]
        self._folder = folder
        self.members: list[subprocess.Popen[bytes]] = []
        for number, port in enumerate(self.ports):
            conf = CONF.format(
                number=number,
                port=port,
                store=folder / f"js{number}",
                route=routes[number],
                routes=", ".join(f'"nats://127.0.0.1:{route}"' for route in routes),
            )
            (folder / f"n{number}.conf").write_text(conf)
            self.members.append(self._started(number))
        for port in self.ports:
            wait_for_port(port)

    def _started(self, number: int) -> subprocess.Popen[bytes]:
        binary = shutil.which("nats-server", path=str(Path(sys.executable).parent))
        assert binary is not None
        log = (self._folder / f"n{number}.log").open("ab")
        conf = str(self._folder / f"n{number}.conf")
        return subprocess.Popen([binary, "-c", conf], stdout=log, stderr=log)

    @property
    def url(self) -> str:
        return ",".join(f"nats://127.0.0.1:{port}" for port in self.ports)

    def kill(self, number: int) -> None:
        self.members[number].kill()
        self.members[number].wait()
        self.members[number] = self._started(number)

    def stop(self) -> None:
        for member in self.members:
            strike.send(member.pid, signal.SIGCONT)
            member.kill()
            member.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    try:
        yield made
    finally:
        made.stop()


async def _provisioned(runtime: Runtime) -> None:
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(ServiceError):
                await provision.apply(runtime.nc, replicas=3)
                return
            await asyncio.sleep(0.5)


async def _send(runtime: Runtime, name: str, acked: list[str], stop: asyncio.Event) -> None:
    number = 0
    while not stop.is_set():
        paper = f"arxiv:{name}.{number}"
        event = PaperAnnounced(paper=paper, version=1, meta=PaperMeta(title="T"))
        try:
            entry = await runtime.ledger.read(paper, "fetcher")
            if entry is not None or await runtime.ledger.announce(event, None):
                acked.append(paper)
                number += 1
        except ServiceError:
            await asyncio.sleep(0.2)


async def under_fire(cluster: Cluster, seed: int) -> tuple[list[str], Counter[str], Counter[str]]:
    """Announce while members are hit; what was acknowledged, and what the log has."""
    rng = random.Random(seed)
    acked: list[str] = []
    done: Counter[str] = Counter()
    async with connect("test", Settings(bus=BusSettings(nats_url=cluster.url))) as runtime:
        await _provisioned(runtime)
        stop = asyncio.Event()
        senders = [
            asyncio.create_task(_send(runtime, f"s{n}", acked, stop)) for n in range(SENDERS)
        ]
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(rng.uniform(2, 5))
            number = rng.randrange(3)
            if rng.random() < 0.6:
                done["kill"] += 1
                await asyncio.to_thread(cluster.kill, number)
            else:
                done["pause"] += 1
                strike.send(cluster.members[number].pid, signal.SIGSTOP)
                await asyncio.sleep(rng.uniform(1, 6))
                strike.send(cluster.members[number].pid, signal.SIGCONT)
            await asyncio.sleep(3)
        stop.set()
        await asyncio.gather(*senders)
        found: Counter[str] = Counter()
        last = await _last(runtime)
        async with asyncio.timeout(120):
            async for fact in runtime.bus.read(list(topology.STREAMS[0].subjects)):
                if fact.subject == PaperAnnounced.subject:
                    found[msgspec.json.decode(fact.body, type=PaperAnnounced).paper] += 1
                if fact.seq >= last:
                    break
    return acked, found, done


async def _last(runtime: Runtime) -> int:
    for _ in range(60):
        with contextlib.suppress(ServiceError):
            return await runtime.bus.last_seq()
        await asyncio.sleep(0.5)
    raise TimeoutError("the cluster has no leader")


def test_nothing_acknowledged_is_lost_or_stored_twice(cluster: Cluster, seed: int) -> None:
    acked, found, done = asyncio.run(under_fire(cluster, seed))
    lost = [paper for paper in acked if not found[paper]]
    twice = [paper for paper, count in found.items() if count > 1]
    print(f"seed {seed}: {dict(done)}, {len(acked)} acknowledged, {len(lost)} lost, {twice} twice")
    assert len(acked) > 100
    assert (lost, twice) == ([], [])
