"""``paperbus jobs`` against a gateway that answers what it is told."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.__main__ import main

JOB = {"id": "j-1", "kind": "export", "title": "Export all papers", "state": "running"}


class Answers(BaseHTTPRequestHandler):
    """Takes the next answer for a path; the last one stays."""

    answers: dict[str, list[tuple[int, Any]]]
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        """Answer."""
        self.asked.append((f"{self.command} {self.path}", self.headers["Authorization"]))
        left = self.answers.get(self.path.partition("?")[0], [(404, {"detail": "no job j-2"})])
        status, body = left.pop(0) if len(left) > 1 else left[0]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Gateway:
    def __init__(self) -> None:
        self.kind: type[Answers] = type("Kind", (Answers,), {"answers": {}, "asked": []})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.kind)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def run(self, *args: str) -> Result:
        env = {"GATEWAY_URL": self.url, "GATEWAY_SHARED_KEY": "k" * 40}
        return CliRunner().invoke(main, ["--data", "/nowhere", "jobs", *args], env=env)


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    found = Gateway()
    yield found
    found.stop()


def test_list_and_show(gateway: Gateway) -> None:
    gateway.kind.answers |= {
        "/api/v1/jobs": [(200, {"items": [JOB]})],
        "/api/v1/jobs/j-1": [(200, JOB)],
    }
    assert "Export all papers" in gateway.run("list", "--state", "running").output
    assert gateway.kind.asked[0] == (
        "GET /api/v1/jobs?state=running&limit=20",
        f"Bearer {'k' * 40}",
    )
    assert json.loads(gateway.run("list", "--json").output)[0]["id"] == "j-1"
    assert json.loads(gateway.run("show", "j-1", "--json").output) == JOB
    assert "state:  running" in gateway.run("show", "j-1").output


def test_words_in_brackets_are_words(gateway: Gateway) -> None:
    failed = {**JOB, "state": "failed", "error": "nothing in [/data/x] to read"}
    gateway.kind.answers["/api/v1/jobs"] = [(200, {"items": [failed]})]
    done = gateway.run("list")
    assert (done.exit_code, failed["error"] in done.output) == (0, True), done.output


@pytest.mark.parametrize(("state", "code"), [("ok", 0), ("failed", 1), ("cancelled", 1)])
def test_watch_ends_with_the_job(gateway: Gateway, state: str, code: int) -> None:
    moving = {**JOB, "progress": 0.5, "counts": {"done": 1, "total": 2, "failed": 0}}
    gateway.kind.answers["/api/v1/jobs/j-1"] = [(200, moving), (200, {**JOB, "state": state})]
    found = gateway.run("watch", "j-1")
    assert found.exit_code == code
    assert "running · 50% · 1 of 2" in found.output
    assert state in found.output


def test_what_cannot_be_done_is_said_in_one_line(gateway: Gateway) -> None:
    gateway.kind.answers["/api/v1/jobs/j-1/cancel"] = [(409, {"detail": "It has ended already."})]
    gone = gateway.run("cancel", "j-1")
    assert (gone.exit_code, gone.output) == (1, "error: It has ended already.\n")
    assert gateway.run("show", "j-2").exit_code == 2
    assert gateway.run("show", "a/b").exit_code == 2
