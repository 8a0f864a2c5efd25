"""What leaves the machine, seen by a small server that speaks the Sentry protocol."""

import gzip
import json
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from common import reporting
from common.errors import UsageError
from common.reporting import ReportingSettings
from common.secret import Secret

CANARY = "canary-77-canary"
KEY = "a" * 32


class Receiver:
    """Takes envelopes and keeps their items."""

    def __init__(self) -> None:
        self.items: list[tuple[str, Any]] = []
        self.raw = b""
        self.paths: set[str] = set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                receiver.take(self.path, body)
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.dsn = f"http://{KEY}@127.0.0.1:{self._server.server_address[1]}/42"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def take(self, path: str, body: bytes) -> None:
        self.paths.add(path)
        self.raw += body
        lines = body.split(b"\n")
        for head, item in zip(lines[1::2], lines[2::2], strict=False):
            self.items.append((json.loads(head)["type"], json.loads(item)))

    def of(self, kind: str) -> list[Any]:
        return [item for name, item in self.items if name == kind]

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.stop()


SCRIPT = f"""
    import structlog
    from common import logs, reporting
    from common.reporting import ReportingSettings
    from common.settings import environment, load
    from common.trace import tracer

    logs.configure("fetcher", "info", "json")
    settings = load(ReportingSettings, environment())
    stop = reporting.start("fetcher", settings)
    reporting.CLOSE_S = 60.0  # the machine may be busy

    def fetch(token):
        private = "{CANARY}"
        raise ValueError(f"no row 12 of '{CANARY}' for ada@example.org with token={CANARY}")

    log = structlog.get_logger("paperbus")
    with tracer().start_as_current_span("process paper.fetched") as span:
        span.set_attribute("paper", "{CANARY}")
        for _ in range(2):
            try:
                fetch("{CANARY}")
            except ValueError:
                log.exception("failed", paper="{CANARY}")
    log.error("bus_refused", error="{CANARY}")
    log.warning("nothing to report", error="{CANARY}")
    stop()
"""


def run(**environ: str) -> "subprocess.CompletedProcess[str]":
    """A process of its own, as the library keeps what it was told for ever."""
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(SCRIPT)]
    return subprocess.run(
        command, capture_output=True, text=True, env=environ, check=True, timeout=100
    )


def test_errors_are_reported_with_nothing_that_tells_of_anybody(receiver: Receiver) -> None:
    run(SENTRY_DSN=receiver.dsn, SENTRY_ENVIRONMENT="test", SENTRY_TRACES_SAMPLE_RATE="1")
    assert receiver.paths == {"/api/42/envelope/"}
    first, second, line = receiver.of("event")
    (error,) = first["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["value"] == "no row N of … for ADDRESS with token=***"
    assert error["stacktrace"]["frames"][-1]["function"] == "fetch"
    assert first["fingerprint"] == second["fingerprint"] == ["ValueError", "__main__:fetch"]
    assert first["tags"]["service"] == "fetcher"
    assert len(first["tags"]["trace_id"]) == 32
    assert (first["environment"], first["level"]) == ("test", "error")
    assert line["message"] == "bus_refused"
    (trace,) = receiver.of("transaction")
    assert trace["transaction"] == "process paper.fetched"
    for event in (first, second, line, trace):
        assert not {"user", "request", "extra", "breadcrumbs", "server_name"} & set(event)
    assert CANARY.encode() not in receiver.raw
    assert b"ada@" not in receiver.raw


def test_a_receiver_that_is_away_hurts_nobody() -> None:
    done = run(SENTRY_DSN=f"http://{KEY}@127.0.0.1:9/1")
    assert "Traceback" in done.stderr  # its own log goes on
    assert KEY not in done.stderr + done.stdout


def test_without_an_address_nothing_is_imported() -> None:
    script = "import sys; from common import service; print('sentry_sdk' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"False\n"
    reporting.start("fetcher", ReportingSettings())()
    assert ReportingSettings().sentry_traces_sample_rate == 0.0


@pytest.mark.parametrize("dsn", ["x", "https://host/1", f"https://{KEY}@host/", f"ftp://{KEY}@h/1"])
def test_an_address_that_cannot_be_one_is_refused_and_not_repeated(dsn: str) -> None:
    with pytest.raises(UsageError, match="SENTRY_DSN") as caught:
        ReportingSettings(sentry_dsn=Secret(dsn))
    assert KEY not in str(caught.value)
