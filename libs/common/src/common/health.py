"""Liveness, readiness and metrics over HTTP, served by a thread of their own.

A thread still answers when the event loop hangs, and says so (rule F3).
"""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from common import metrics
from common.version import VERSION

LOOP_SILENCE_S = 10.0


class Health:
    """What a service knows about itself; written by its event loop, read by the thread."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.started = time.time()
        self.problems: tuple[str, ...] = ("starting",)
        self._beat = time.monotonic()

    def beat(self) -> None:
        """The event loop is alive."""
        self._beat = time.monotonic()

    def report(self, *problems: str) -> None:
        """Replace what keeps the service from being ready; none means ready."""
        self.problems = problems
        metrics.READY.labels(self.service).set(0 if problems else 1)

    @property
    def is_live(self) -> bool:
        """Whether the event loop has moved lately."""
        return time.monotonic() - self._beat < LOOP_SILENCE_S

    def body(self, *, ready: bool) -> bytes:
        """What a probe is told; holds no secret."""
        fine = not self.problems if ready else self.is_live
        starting = self.problems == ("starting",)
        status = "ok" if fine else "loading" if starting else "degraded"
        return msgspec.json.encode(
            {
                "status": status,
                "service": self.service,
                "version": VERSION,
                "uptime_s": round(time.time() - self.started, 1),
                "problems": self.problems if ready else (),
            }
        )


class HealthServer:
    """Serves ``/health/live``, ``/health/ready``, ``/health/startup`` and ``/metrics``."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        self._server = ThreadingHTTPServer((host, port), _handler(health))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close the port."""
        self._server.shutdown()
        self._server.server_close()


def _handler(health: Health) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)
            elif path == "/health/live":
                self._answer(200 if health.is_live else 503, health.body(ready=False))
            elif path in ("/health/ready", "/health/startup"):
                fine = health.is_live and not health.problems
                self._answer(200 if fine else 503, health.body(ready=True))
            else:
                self._answer(404, b'{"detail":"not found"}')

        def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Probes are not logged."""

    return Handler
