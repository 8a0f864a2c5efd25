"""Faults done to a process: kill, pause, failing or slow disk calls, a wrong clock."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from chaos.kit.able import faketime_library

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = float(os.environ.get("CHAOS_PATIENCE", "1"))
"""Stretches the times of the matrix where other work shares the machine."""
SLACK_S = 5.0 * PATIENCE
"""What starting and looking may add to the times of the matrix."""


def kill(pid: int | None) -> None:
    """``kill -9``; a process that has just gone is fine."""
    send(pid, signal.SIGKILL)


def send(pid: int | None, number: signal.Signals) -> None:
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


@contextlib.contextmanager
def paused(pid: int | None) -> Iterator[None]:
    """The process stands still inside the block; its connections stay open and silent."""
    send(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        send(pid, signal.SIGCONT)


@contextlib.contextmanager
def disk_calls(pid: int, what: str, log: Path) -> Iterator[None]:
    """``what`` like ``error=EIO`` or ``delay_exit=300000`` for each fsync of the process."""
    command = ["strace", "-f", "-o", str(log), "-p", str(pid)]
    command += ["-e", "trace=fsync,fdatasync", "-e", f"inject=fsync,fdatasync:{what}"]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    try:
        assert "attached" in tracer.stderr.readline()
        yield
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=20)


def clock(offset: str) -> dict[str, str]:
    """Environment of a process whose clock is off by ``offset``, such as ``+10m``."""
    return {"LD_PRELOAD": str(faketime_library()), "FAKETIME": offset, "DONT_FAKE_MONOTONIC": "1"}


def cpu_share(pids: list[int], seconds: float) -> dict[int, float]:
    """Share of one core that each process used over the next ``seconds``."""
    before = {pid: _cpu_s(pid) for pid in pids}
    began = time.monotonic()
    time.sleep(seconds)  # how long it is measured
    took_s = time.monotonic() - began
    return {pid: (_cpu_s(pid) - used) / took_s for pid, used in before.items()}


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid: int) -> float:
    """Memory a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
