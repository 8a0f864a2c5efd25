"""Row 6: the node of nats-server loses power; what was acknowledged is there."""

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from chaos.conftest import Start
from chaos.kit import strike
from chaos.kit.able import needs
from chaos.kit.disks import ImageDisk
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from common import provision
from common.events import PaperAnnounced, PaperMeta
from common.runtime import Runtime, connect
from common.settings import BusSettings, RuntimeSettings
from servers import Nats, poll_until

pytestmark = [needs("loop"), pytest.mark.quick_chaos, pytest.mark.timeout(500)]
BEFORE_S = 4.0
ENOUGH = 100
SENDERS = 8


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    bus: BusSettings
    runtime: RuntimeSettings = RuntimeSettings()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[ImageDisk]:
    made = ImageDisk(tmp_path / "disk", tmp_path / "disk.img")
    try:
        yield made
    finally:
        made.close()


async def _announce(runtime: Runtime, name: str, acked: list[str]) -> None:
    number = 0
    while True:
        paper = f"arxiv:{name}.{number}"
        event = PaperAnnounced(paper=paper, version=1, meta=PaperMeta(title="T"))
        if await runtime.ledger.announce(event, None):
            acked.append(paper)
        number += 1


async def acknowledged_before_the_cut(nats: Nats, disk: ImageDisk) -> tuple[list[str], Path]:
    """Announce papers as fast as it goes, then take the image while it goes on."""
    acked: list[str] = []
    async with connect("test", Settings(bus=BusSettings(nats_url=nats.url))) as runtime:
        await provision.apply(runtime.nc)
        senders = [asyncio.create_task(_announce(runtime, f"s{n}", acked)) for n in range(SENDERS)]
        async with asyncio.timeout(120):
            await asyncio.sleep(BEFORE_S)
            while len(acked) <= ENOUGH:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        certain = list(acked)
        nats.pause()  # the copy takes a moment, a cut does not
        copy = disk.copy()
        nats.kill()
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)
    return certain, copy


async def missing(nats: Nats, papers: list[str]) -> list[str]:
    async with connect("test", Settings(bus=BusSettings(nats_url=nats.url))) as runtime:
        await provision.apply(runtime.nc)
        return [p for p in papers if await runtime.ledger.read(p, "fetcher") is None]


@pytest.mark.parametrize("sync", ["always", "2m"])
def test_acknowledged_rows_survive_only_with_sync_always(
    disk: ImageDisk, tmp_path: Path, sync: str
) -> None:
    nats = Nats(disk.folder / "nats")
    conf = disk.folder / "nats" / "nats.conf"
    written = conf.read_text().replace("sync_interval: always", f'sync_interval: "{sync}"')
    conf.write_text(written)
    nats.start()
    try:
        acked, copy = asyncio.run(acknowledged_before_the_cut(nats, disk))
        disk.start_again_from(copy)
        conf.parent.mkdir(parents=True, exist_ok=True)
        conf.write_text(written)  # a configuration lies on another disk
        nats.start()
        lost = asyncio.run(missing(nats, acked))
    finally:
        nats.stop()
    print(f"sync {sync}: {len(acked)} acknowledged before the cut, {len(lost)} lost")
    if sync == "always":
        assert lost == []
    else:
        assert lost, "the injection is no power cut: nothing was lost without sync"


def test_the_system_goes_on_after_the_cut(start: Start, tmp_path: Path) -> None:
    disk = ImageDisk(tmp_path / "data" / "nats", tmp_path / "nats.img", "2G")
    try:
        system = start(30)
        conf = disk.folder / "nats.conf"
        with Load(system, 8) as load:
            poll_until(lambda: len(load.accepted) > system.papers // 2, "no load", seconds=120)
            certain = set(load.accepted)
            strike.send(system.pid("nats"), signal.SIGSTOP)
            copy = disk.copy()
            system.down("nats")
            written = conf.read_text()
            disk.start_again_from(copy)
            conf.write_text(written)  # a configuration lies on another disk
            system.up("nats")
        began = time.monotonic()
        assert_green(system, load.accepted)
        print(f"{len(certain)} accepted before the cut; green {time.monotonic() - began:.1f} s on")
    finally:
        disk.close()
