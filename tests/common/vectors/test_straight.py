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
from common.vectors.asking import Candidate, Dated
from common.vectors.points import PaperPoint, PassagePoint
from common.vectors.straight import ByHttp

PAPER = PaperPoint(paper="a", version=2, title="T")
POINT = {"id": 1, "version": 3, "score": 0.5, "payload": msgspec.to_builtins(PAPER)}
PASSAGE = {"id": 2, "score": 0.25, "payload": {"paper": "a", "no": 4, "text": "t", "gen": 2}}
REQUEST = models.QueryRequest(query=[0.1, 0.2], using="dense", limit=3)


class Server:
    """Answers every question with what it was told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.points: list[dict[str, Any]] = []
        self.result: Any = None
        """What is answered where it is not points."""
        self.asked: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append((self.path, dict(self.headers), body))
                result = {"points": outer.points} if outer.result is None else outer.result
                answer = json.dumps({"result": result, "status": "ok", "time": 0.1}).encode()
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


async def test_several_questions_are_one_request(server: Server) -> None:
    server.result = [
        {"points": [{"id": "a-1", "version": 1, "score": 0.5}]},
        {"points": []},
        {"points": [{"id": 7, "version": 1, "score": 12.5, "payload": {"announced_ms": 86400000}}]},
    ]
    ask = ByHttp(server.url, "", 5)
    sparse = models.SparseVector(indices=[3], values=[1.0])
    other = models.QueryRequest(query=sparse, using="bm25", limit=9, with_payload=["announced_ms"])
    found = await ask.lists("papers", [REQUEST, other])
    await ask.close()
    assert found == [
        [Candidate("a-1", 0.5)],
        [],
        [Candidate(7, 12.5, Dated(86400000))],
    ]
    ((path, _, body),) = server.asked
    assert path == "/collections/papers/points/query/batch"
    first, second = body["searches"]
    assert first == {"query": [0.1, 0.2], "using": "dense", "limit": 3}
    assert second["query"] == {"indices": [3], "values": [1.0]}
    assert second["with_payload"] == ["announced_ms"]


async def test_points_by_their_ids(server: Server) -> None:
    server.result = [
        {"id": "b-2", "payload": msgspec.to_builtins(PAPER)},
        {"id": 9, "payload": {**msgspec.to_builtins(PAPER), "paper": "c", "later": "unknown"}},
    ]
    ask = ByHttp(server.url, "", 5)
    found = await ask.these("papers", ["a-1", "b-2", "9"], PaperPoint)
    await ask.close()
    assert {name: one.paper for name, one in found.items()} == {"b-2": "a", "9": "c"}
    ((path, _, body),) = server.asked
    assert path == "/collections/papers/points"
    assert body == {"ids": ["a-1", "b-2", "9"], "with_payload": True, "with_vector": False}


async def test_nothing_is_asked_of_one_that_is_closed(server: Server) -> None:
    ask = ByHttp(server.url, "", 5)
    await ask.close()
    with pytest.raises(Unavailable, match="closed"):
        await ask.lists("papers", [REQUEST])
    assert server.asked == []
