"""One child process: started, watched, started again when it dies, stopped for good."""

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
RESTART_DELAYS_S = (0.2, 0.5, 1.0, 2.0, 5.0)
SETTLED_AFTER_S = 30.0
LOG_TAIL_LINES = 12


@dataclass(frozen=True, kw_only=True)
class Command:
    """How to run a child; ``is_ready`` tells whether it does its work."""

    name: str
    argv: Sequence[str]
    log: Path
    is_ready: Callable[[], bool]
    environ: Mapping[str, str] = field(default_factory=dict)
    stop_s: float = 10.0
    """How long it may take to stop before it is killed."""


class Child:
    """A process that is kept alive until ``stop``."""

    def __init__(self, command: Command, on_restart: Callable[[str, int], None]) -> None:
        self.command = command
        self.restarts = 0
        self._on_restart = on_restart
        self._stopping = threading.Event()
        self._spawning = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Start it, and keep it alive from now on."""
        self._process = self._spawn()
        self._watcher.start()

    def wait_until_ready(self, seconds: float) -> bool:
        """Whether it became ready in that time; gives up early when it keeps dying."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.restarts < 3:
            if self.pid is not None and self.command.is_ready():
                return True
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """Ask it to stop, and kill it when it does not."""
        with self._spawning:
            self._stopping.set()
            process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(self.command.stop_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def log_tail(self) -> str:
        """The last lines it wrote."""
        try:
            lines = self.command.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-LOG_TAIL_LINES:])

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.command.log.open("ab") as log:
            return subprocess.Popen(
                self.command.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.command.environ},
                # Its own session: Ctrl-C reaches only the parent, which stops the rest in order.
                start_new_session=True,
                # Only a system call runs there, no lock is taken, so threads do not matter.
                preexec_fn=_die_with_parent,  # noqa: PLW1509
            )

    def _watch(self) -> None:
        started = time.monotonic()
        while not self._stopping.is_set():
            process = self._process
            assert process is not None
            code = process.wait()
            if self._stopping.is_set():
                return
            if time.monotonic() - started > SETTLED_AFTER_S:
                self.restarts = 0
            delay = RESTART_DELAYS_S[min(self.restarts, len(RESTART_DELAYS_S) - 1)]
            self.restarts += 1
            self._on_restart(self.command.name, code)
            if self._stopping.wait(delay):
                return
            started = time.monotonic()
            with self._spawning:  # or a stop that comes now would leave the new one behind
                if not self._stopping.is_set():
                    self._process = self._spawn()


_LIBC = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def _die_with_parent() -> None:
    """Linux: a child ends with its parent, however that one ends."""
    prctl = getattr(_LIBC, "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
