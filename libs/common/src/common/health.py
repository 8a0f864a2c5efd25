"""Liveness, readiness and metrics over HTTP, served by a thread of their own.

A thread still answers when the event loop hangs, and says so (rule F3).
"""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from common import metrics
from common.redact import redacted
from common.secret import Secret
from common.steady import Steady
from common.version import VERSION

LOOP_SILENCE_S = 10.0
STARTING = "starting"


class Health:
    """What a service knows about itself; written by its event loop, read by the thread."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.started = time.time()
        self.problems: tuple[str, ...] = (STARTING,)
        """What keeps the service from being ready; none means ready."""
        self.noticed: tuple[str, ...] = ()
        """What the last look found; it counts once it has lasted."""
        self.deps: dict[str, str] = {}
        """``ok`` or ``down`` for each dependency that is known."""
        self.papers: int | None = None
        """How many papers there are, where the service knows."""
        self._steady = Steady()
        self._beat = time.monotonic()

    def beat(self, every_s: float = 0.0) -> None:
        """The event loop is alive; it was to be so ``every_s`` after the last time."""
        now_s = time.monotonic()
        if every_s:
            late_s = max(0.0, now_s - self._beat - every_s)
            metrics.LOOP_LAG.labels(self.service).set(late_s)
        self._beat = now_s

    def report(self, *problems: str) -> None:
        """Replace what keeps the service from being ready, at once; none means ready."""
        self._steady.reset(ready=not problems)
        self.noticed = problems
        self._set(problems)

    def look(self, *problems: str) -> None:
        """Take what one of many looks found: problems count when they last (``Steady``)."""
        self.noticed = problems
        self._set(() if self._steady.look(fine=not problems) else problems)

    def _set(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        metrics.READY.labels(self.service).set(0 if problems else 1)

    @property
    def is_live(self) -> bool:
        """Whether the event loop has moved lately; no dependency matters (rule K1)."""
        return time.monotonic() - self._beat < LOOP_SILENCE_S

    @property
    def is_ready(self) -> bool:
        """Whether it may be given work."""
        return self.is_live and not self.problems

    def live_body(self) -> bytes:
        """What is told of liveness."""
        return self._body(self.is_live, problems=())

    def ready_body(self) -> bytes:
        """What is told of readiness; holds no secret."""
        return self._body(not self.problems, problems=_safe(self.problems))

    def whole_body(self) -> bytes:
        """What is told of the service as a whole, also what does not count yet."""
        is_fine = self.is_ready and not self.noticed and "down" not in self.deps.values()
        known = {} if self.papers is None else {"papers": self.papers}
        told = tuple(dict.fromkeys((*self.problems, *self.noticed)))
        return self._body(is_fine, **known, deps=self.deps, problems=_safe(told))

    def _body(self, is_fine: bool, **more: Any) -> bytes:
        loading = self.problems == (STARTING,)
        return msgspec.json.encode(
            {
                "status": "ok" if is_fine else "loading" if loading else "degraded",
                "service": self.service,
                "version": VERSION,
                "uptime_s": round(time.time() - self.started, 1),
                **more,
            }
        )


def _safe(problems: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(redacted, problems))


class HealthServer:
    """Serves ``/health``, ``/health/live``, ``/health/ready``, ``/health/startup``, ``/metrics``.

    With a ``key`` metrics are told only to who sends it as a bearer token.
    """

    def __init__(self, health: Health, host: str, port: int, *, key: Secret | None = None) -> None:
        self._server = ThreadingHTTPServer((host, port), _handler(health, key or Secret()))
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


def _told(health: Health, path: str) -> tuple[int, bytes]:
    """Status and body of an answer about health."""
    match path:
        case "/health":
            return 200 if health.is_ready else 503, health.whole_body()
        case "/health/live":
            return 200 if health.is_live else 503, health.live_body()
        case "/health/ready" | "/health/startup":
            return 200 if health.is_ready else 503, health.ready_body()
    return 404, b'{"detail":"not found"}'


def _handler(health: Health, key: Secret) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                self._metrics()
            else:
                self._answer(*_told(health, path))

        def _metrics(self) -> None:
            if key and not key.is_bearer(self.headers.get("Authorization", "")):
                self._answer(401, b'{"detail":"send METRICS_KEY as a bearer token"}')
            else:
                self._answer(200, generate_latest(), CONTENT_TYPE_LATEST)

        def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status == 401:
                self.send_header("WWW-Authenticate", "Bearer")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Probes are not logged."""

    return Handler
