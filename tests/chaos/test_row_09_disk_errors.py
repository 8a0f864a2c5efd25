"""Row 9: fsync fails, or is slow, under nats-server."""

from pathlib import Path

import pytest

from chaos.conftest import Start
from chaos.kit import strike
from chaos.kit.able import needs
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [needs("strace"), pytest.mark.chaos, pytest.mark.timeout(600)]


def test_failing_fsync(start: Start, tmp_path: Path) -> None:
    system = start(24)
    healthz = f"http://127.0.0.1:{system.ports['nats-monitor']}/healthz"
    with Load(system, 15) as load:
        poll_until(lambda: len(load.accepted) >= 8, "no load", seconds=120)
        with strike.disk_calls(system.pid("nats"), "error=EIO", tmp_path / "strace"):
            poll_until(lambda: system.status(healthz) == 503, "healthz is fine", seconds=120)
        system.down("nats")
        system.up("nats")
    print(f"statuses {load.statuses()}")
    assert_green(system, load.accepted)


def test_slow_fsync(start: Start, tmp_path: Path) -> None:
    system = start(8)
    with strike.disk_calls(system.pid("nats"), "delay_exit=300000", tmp_path / "strace"):
        with Load(system, 5) as load:
            pass
        system.reach(lambda c: c.announced >= system.papers // 2, "no progress", 240)
    verdict = assert_green(system, load.accepted)
    slow = (tmp_path / "strace").read_text().count("DELAYED")
    print(f"{slow} slow calls; {verdict}")
    assert slow > 10
