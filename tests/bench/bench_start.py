"""From the command to the page that answers, and where the time goes."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from demo_process import Demo, slice_of_the_day
from servers import poll_until

GOAL_S = 15.0
SERVICES = ("fetcher", "indexer", "summarizer", "gateway", "notifier")


def measure() -> Iterator[dict[str, Any]]:
    """Seconds until the page answers, and the processor seconds each service's import takes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        day = slice_of_the_day(folder, 5)
        for run in ("first", "again"):
            yield {"run": run, **_started(folder, day), "goal": f"<= {GOAL_S} s"}
    yield {"import_cpu_s": {name: _import_s(name) for name in SERVICES}}


def _started(folder: Path, day: Path) -> dict[str, Any]:
    os.environ["EMBEDDING_KIND"] = "local"
    began = time.perf_counter()
    demo = Demo(folder / "data", day)
    try:
        poll_until(lambda: demo.answers("/"), "the page does not answer", seconds=60)
        took = time.perf_counter() - began
        demo.wait_for("up in")
        found = re.findall(r"servers ([0-9.]+) s, services ([0-9.]+) s", demo.text())
        servers_s, services_s = map(float, found[-1])
    finally:
        demo.process.send_signal(signal.SIGINT)
        demo.process.wait(60)
    return {"page_s": round(took, 1), "servers_s": servers_s, "services_s": services_s}


def _import_s(service: str) -> float:
    code = f"import time, {service}.__main__; print(time.process_time())"
    times = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(3)
    ]
    return round(sorted(times)[1], 2)
