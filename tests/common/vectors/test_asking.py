"""Questions sent straight over HTTP, and what their failures become."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import msgspec
import pytest
from qdrant_client import models

from common.errors import Terminal, Unavailable
from common.vectors.asking import ByHttp
from common.vectors.points import PaperPoint, PassagePoint

PAPER = PaperPoint(paper="a", version=2, title="T")
POINT = {"id": 1, "version": 3, "score": 0.5, "payload": msgspec.to_builtins(PAPER)}
PASSAGE = {"id": 2, "score": 0.25, "payload": {"paper": "a", "no": 4, "text": "t", "gen": 2}}
REQUEST = models.QueryRequest(query=[0.1, 0.2], using="dense", limit=3)


class Server:
    """Answers every question with what it was told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.points: list[dict[str, Any]] = []
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append((self.path, dict(self.headers), body))
                answer = json.dumps(
                    {"result": {"points": outer.points}, "status": "ok", "time": 0.1}
                ).encode()
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()


async def test_a_question_and_its_answer(server: Server) -> None:
    server.points = [POINT]
    ask = ByHttp(server.url, "the-key", 5)
    (hit,) = await ask("papers", REQUEST, PaperPoint)
    await ask.close()
    assert (hit.score, hit.payload.paper, hit.payload.version) == (0.5, "a", 2)
    path, headers, body = server.asked[0]
    assert path == "/collections/papers/points/query"
    assert headers["api-key"] == "the-key"
    assert body == {"query": [0.1, 0.2], "using": "dense", "limit": 3, "with_payload": True}


async def test_passages_are_decoded_as_such(server: Server) -> None:
    server.points = [PASSAGE]
    ask = ByHttp(server.url, "", 5)
    (hit,) = await ask("passages", REQUEST, PassagePoint)
    await ask.close()
    assert (hit.payload.no, hit.payload.text) == (4, "t")
    assert "api-key" not in server.asked[0][1]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, Unavailable), (503, Unavailable), (401, Unavailable), (400, Terminal), (422, Terminal)],
)
async def test_refusals(server: Server, status: int, kind: type[Exception]) -> None:
    server.status = status
    ask = ByHttp(server.url, "secret-key", 5)
    with pytest.raises(kind) as refused:
        await ask("papers", REQUEST, PaperPoint)
    await ask.close()
    assert str(status) in str(refused.value)
    assert "secret-key" not in str(refused.value)


async def test_nobody_there() -> None:
    ask = ByHttp("http://127.0.0.1:1", "", 1)
    with pytest.raises(Unavailable, match="qdrant"):
        await ask("papers", REQUEST, PaperPoint)
    await ask.close()
