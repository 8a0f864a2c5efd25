"""Row 8: the disk of nats-server is full."""

from pathlib import Path

import pytest

from chaos.conftest import Start
from chaos.kit.able import needs
from chaos.kit.disks import SmallDisk
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [needs("mount"), pytest.mark.chaos, pytest.mark.timeout(600)]


def test_refused_while_full_and_complete_after(start: Start, tmp_path: Path) -> None:
    disk = SmallDisk(tmp_path / "data" / "nats", "24m")
    try:
        system = start(40)
        healthz = f"http://127.0.0.1:{system.ports['nats-monitor']}/healthz"
        with Load(system, 20) as load:
            poll_until(lambda: len(load.accepted) >= 8, "no load", seconds=120)
            disk.fill()
            poll_until(lambda: 503 in load.statuses(), "never refused", seconds=120)
            refused = [tried for tried in load.history if tried.status == 503]
            poll_until(lambda: system.status(healthz) == 503, "healthz is fine", seconds=120)
            disk.free()
            system.down("nats")
            system.up("nats")
        print(f"{len(refused)} refused; statuses {load.statuses()}")
        assert_green(system, load.accepted)
        assert all(tried.retry_after for tried in refused)
    finally:
        disk.close()
