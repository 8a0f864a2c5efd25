"""Row 31: hostile addresses, ids and bodies; none reaches a server inside."""

import http.server
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from chaos.conftest import Start
from chaos.kit import outside
from chaos.kit.verdict import assert_green

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(400)]
HOSTS = (
    "127.0.0.1:{port}",
    "localhost:{port}",
    "127.1:{port}",
    "2130706433:{port}",
    "0x7f000001:{port}",
    "0:{port}",
    "[::1]:{port}",
    "[::ffff:127.0.0.1]:{port}",
    "example.org@127.0.0.1:{port}",
    "169.254.169.254/latest/meta-data",
    "localtest.me.:{port}",
)
SCHEMES = ("http", "https", "file", "gopher", "ftp", "javascript")
IDS = (
    "../../etc/passwd",
    "arxiv:2401.00001/../../x",
    "arxiv:2401.00001\x00",
    "arxiv:2401.00001\r\nX: y",
    "x" * 5000,
    "arxiv:*",
    "arxiv:>",
    "%2e%2e%2f",
    "\u202earxiv:2401.00001",
)
BODIES = (b"[" * 100_000, b'{"ids": [' + b'"1",' * 200_000 + b'"1"]}', b"\xff\xfe", b"{")


class Canary(http.server.BaseHTTPRequestHandler):
    """Notes whoever comes."""

    seen: list[str]

    def _note(self) -> None:
        self.seen.append(self.path)
        self.send_response(200)
        self.end_headers()

    do_GET = do_POST = do_HEAD = _note  # noqa: N815  names of the library

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def canary() -> Iterator[tuple[int, list[str]]]:
    seen: list[str] = []
    handler = type("Handler", (Canary,), {"seen": seen})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1], seen
    server.shutdown()
    server.server_close()


def status_of(url: str, method: str = "GET", body: object = None) -> int:
    try:
        outside.ask(url, method, body, 30)
    except urllib.error.HTTPError as error:
        return error.code
    except (ValueError, OSError):
        return 0
    return 200


def test_all_are_refused_and_nobody_inside_is_asked(
    start: Start, canary: tuple[int, list[str]]
) -> None:
    system = start(16)
    port, seen = canary
    made = 0
    for scheme in SCHEMES:
        for host in HOSTS:
            url = f"{scheme}://{host.format(port=port)}"
            watch = {"name": "w", "query": "learning", "channel": {"kind": "webhook", "url": url}}
            status = status_of(f"{system.page}/api/v1/watches", "POST", watch)
            assert status < 500, url
            made += status == 200
    for paper in IDS:
        for path in ("papers/{}", "papers/{}/timeline", "papers/{}/summary"):
            url = f"{system.page}/api/v1/{path.format(quote(paper, safe=''))}"
            assert 400 <= status_of(url) < 500, paper
    for body in BODIES:
        assert 400 <= raw(f"{system.page}/api/v1/papers", body) < 500, body[:20]
    system.load()
    assert_green(system)
    print(f"{made} of {len(SCHEMES) * len(HOSTS)} watches were accepted; the canary saw {seen}")
    assert seen == []
    assert json.dumps(system.said).count("ended with") == 0


def raw(url: str, body: bytes) -> int:

    request = urllib.request.Request(url, data=body, method="POST")
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
