"""Row 26: everything is restarted in order, twice, while papers come in and clients listen."""

import http.client
import signal
import threading
import time
import urllib.request

import pytest

from chaos.conftest import Share
from chaos.kit import strike
from chaos.kit.load import Load
from chaos.kit.system import System
from chaos.kit.verdict import assert_green
from common import topology
from servers import poll_until

pytestmark = [pytest.mark.quick_chaos, pytest.mark.timeout(500)]
GONE_S = 30.0
LISTENERS = 5


class Listener(threading.Thread):
    """An SSE client that comes back with the id it has."""

    def __init__(self, page: str) -> None:
        super().__init__(daemon=True)
        self.ids: list[int] = []
        self.resets = 0
        self._page = page
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            request = urllib.request.Request(f"{self._page}/api/v1/events")
            request.add_header("Last-Event-ID", str(self.ids[-1] if self.ids else 0))
            try:
                with urllib.request.urlopen(request, timeout=3) as stream:
                    self._listen(stream)
            except (OSError, http.client.HTTPException):
                self._over.wait(0.3)

    def _listen(self, stream: object) -> None:
        for line in stream:  # type: ignore[attr-defined]
            if line.startswith(b"id:"):
                self.ids.append(int(line[3:]))
            self.resets += line.startswith(b"event: reset")
            if self._over.is_set():
                return

    def end(self) -> None:
        self._over.set()


def gone_after(system: System, name: str) -> float:
    """Seconds from SIGTERM to the end of the process."""
    process = system.child(name)._process
    assert process is not None
    began = time.monotonic()
    strike.send(process.pid, signal.SIGTERM)
    limit_s = GONE_S + 15 + strike.SLACK_S
    poll_until(lambda: process.poll() is not None, f"{name} goes on", seconds=limit_s)
    assert process.returncode == 0, f"{name} ended with {process.returncode}"
    return time.monotonic() - began


def until_back(system: System, name: str) -> None:
    poll_until(lambda: system.is_ready(name), f"{name} is not back", seconds=120)


def test_no_request_is_lost(share: Share) -> None:
    system = share(40)
    listeners = [Listener(system.page) for _ in range(LISTENERS)]
    for listener in listeners:
        listener.start()
    took: dict[str, float] = {}
    with Load(system, 25) as load:
        for _ in range(2):
            for name in topology.SERVICES:
                took[name] = max(took.get(name, 0), gone_after(system, name))
                until_back(system, name)
    print({name: round(seconds, 1) for name, seconds in took.items()})
    print("statuses", load.statuses())
    assert_green(system, load.accepted)
    assert max(took.values()) < GONE_S + strike.SLACK_S
    assert load.statuses() <= {0, 202, 503}
    last = max(max(listener.ids, default=0) for listener in listeners)
    poll_until(
        lambda: all(max(one.ids, default=0) >= last for one in listeners),
        "left behind",
        seconds=120,
    )
    for listener in listeners:
        listener.end()
    for listener in listeners:
        listener.join(30)
    whole = max((one.ids for one in listeners), key=len)
    for listener in listeners:
        assert listener.ids == sorted(set(listener.ids)), "a gap or a repeat"
        assert listener.ids == whole[: len(listener.ids)]
        assert listener.resets == 0
