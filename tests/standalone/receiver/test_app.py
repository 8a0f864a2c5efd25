"""The receiver over HTTP, fed by the SDK that services use."""

import gzip
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span

from common import telemetry
from servers import poll_until
from standalone.receiver.app import Receiver
from standalone.receiver.otlp import MAX_BODY_BYTES
from standalone.receiver.store import SpanStore

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = SpanStore(tmp_path_factory.mktemp("receiver") / "spans.sqlite")
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(Receiver(store), log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listening.close()
    store.close()


def ask(url: str, body: bytes | None = None, **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(url, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            said = answer.read()
            return answer.status, json.loads(said) if said else None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def export(*, start_ns: int = 5) -> bytes:
    span = Span(
        trace_id=bytes.fromhex(TRACE), span_id=b"12345678", name="x", start_time_unix_nano=start_ns
    )
    spans = ResourceSpans(scope_spans=[ScopeSpans(spans=[span])])
    return bytes(ExportTraceServiceRequest(resource_spans=[spans]).SerializeToString())


def test_a_trace_goes_in_and_out(url: str) -> None:
    assert ask(f"{url}/v1/traces", export()) == (200, None)
    packed = {"Content-Encoding": "gzip"}
    assert ask(f"{url}/v1/traces", gzip.compress(export()), **packed) == (200, None)
    status, spans = ask(f"{url}/traces/{TRACE}")
    assert status == 200
    assert [(span["trace_id"], span["name"]) for span in spans] == [(TRACE, "x")]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/health", 200), ("/traces/unknown", 404), ("/traces/", 404), ("/", 404), ("/v1/x", 404)],
)
def test_paths(url: str, path: str, status: int) -> None:
    assert ask(url + path)[0] == status


@pytest.mark.parametrize("body", [b"\xff\xff", b"{}", export(start_ns=2**64 - 1)])
def test_a_body_that_is_no_export_is_400(url: str, body: bytes) -> None:
    status, said = ask(f"{url}/v1/traces", body)
    assert status == 400
    assert said["detail"]


class Silent:
    """Sends a request by hand and gives the status of the answer."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self._messages = messages
        self.status = 0

    async def receive(self) -> dict[str, Any]:
        return self._messages.pop(0)

    async def send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)


async def test_a_body_that_is_too_large_is_413_before_it_is_all_read(tmp_path: Path) -> None:
    part = {"type": "http.request", "body": b"\0" * (MAX_BODY_BYTES // 2), "more_body": True}
    wire = Silent([dict(part) for _ in range(9)])
    scope = {"type": "http", "method": "POST", "path": "/v1/traces", "headers": []}
    store = SpanStore(tmp_path / "spans.sqlite")
    await Receiver(store)(scope, wire.receive, wire.send)
    assert wire.status == 413
    assert len(wire._messages) == 6
    store.close()


def test_what_services_send_arrives(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "set_tracer_provider", lambda provider: None)
    provider = telemetry.start("indexer", url)
    assert provider is not None
    with provider.get_tracer("t").start_as_current_span("work") as span:
        span.set_attribute("paperbus.paper", "arxiv:1")
        trace_id = f"{span.get_span_context().trace_id:032x}"
    provider.shutdown()
    poll_until(lambda: ask(f"{url}/traces/{trace_id}")[0] == 200, "no trace came")
    (sent,) = ask(f"{url}/traces/{trace_id}")[1]
    assert (sent["service"], sent["name"]) == ("indexer", "work")
    assert sent["attributes"] == {"paperbus.paper": "arxiv:1"}


def test_without_an_endpoint_nothing_is_recorded() -> None:
    assert telemetry.start("indexer", "") is None
