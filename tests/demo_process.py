"""``paperbus demo`` as a child process, on a slice of the recorded day."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from importlib import resources
from pathlib import Path
from typing import Any

from servers import free_port, poll_until

SERVICES = ("fetcher", "indexer", "summarizer", "gateway", "notifier")
PATIENCE_S = 360
"""How long a demo may take for its day."""


def slice_of_the_day(folder: Path, count: int) -> Path:
    """A day file with the first papers of the shipped day, plain JSON lines."""
    day = next((Path(str(resources.files("standalone"))) / "day").glob("*.jsonl.gz"))
    with gzip.open(day, "rt", encoding="utf-8") as lines:
        chosen = [line for _, line in zip(range(count), lines, strict=False)]
    path = folder / "slice.jsonl"
    path.write_text("".join(chosen), encoding="utf-8")
    return path


class Demo:
    """A running demo; its output is kept in ``output``."""

    def __init__(self, data: Path, day: Path, *args: str) -> None:
        self.data = data
        self.port = free_port()
        self.output = data.parent / "demo.out"
        command = [
            *(sys.executable, "-m", "cli", "demo", "--data", str(data), "--day", str(day)),
            *("--port", str(self.port), "--timeout-s", f"{PATIENCE_S}", *args),
        ]
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                stdout=out,
                stderr=out,
                env={"EMBEDDING_KIND": "static", **os.environ, "COLUMNS": "160"},
                start_new_session=True,
            )

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def text(self) -> str:
        return self.output.read_text(errors="replace")

    def says(self, pattern: str) -> bool:
        if self.process.poll() is not None and not re.search(pattern, self.text()):
            raise AssertionError(f"the demo ended with {self.process.returncode}:\n{self.text()}")
        return re.search(pattern, self.text()) is not None

    def wait_for(self, pattern: str) -> None:
        """Longer than the demo's own patience, so that it says itself what is missing."""
        poll_until(lambda: self.says(pattern), f"no {pattern!r}", seconds=PATIENCE_S + 60)

    def wait(self) -> int:
        return self.process.wait(PATIENCE_S + 60)

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(180)

    def kill_hard(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.page}{path}", timeout=60) as answer:
            return json.loads(answer.read())

    def metrics(self) -> str:
        with urllib.request.urlopen(f"{self.page}/metrics", timeout=60) as answer:
            return str(answer.read().decode())

    def answers(self, path: str = "/health/ready") -> bool:
        try:
            with urllib.request.urlopen(f"{self.page}{path}", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def command(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Run the operator's command against this system."""
        return subprocess.run(
            [sys.executable, "-m", "cli", "--data", str(self.data), *args],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def pids(self, service: str) -> list[int]:
        """Processes of one service of this system, found by the log file they write."""
        log = str(self.data / "logs" / f"{service}.log")
        found = []
        for proc in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(proc / "fd" / "2") == log:
                    found.append(int(proc.name))
            except OSError:
                continue
        return sorted(found)

    def children(self) -> list[int]:
        return [pid for path in (self.data / "logs").glob("*.log") for pid in self.pids(path.stem)]
