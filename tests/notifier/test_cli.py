"""The debug commands."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from standardwebhooks import Webhook as Verifier

from common import provision
from common.events import PaperEmbedded, SummaryReady
from common.ledger import Row
from common.runtime import connect
from common.settings import load
from common.watches import Delivery, Hit, Match, Watch
from common.watches.fitting import Fit
from notifier.__main__ import main
from notifier.claims import fresh
from notifier.cli import TEST_SECRET, shown, shown_fit
from notifier.policy import ended
from notifier.records import Records
from notifier.settings import Settings
from notifier.wiring import now
from servers import nats_server

Make = Callable[..., Watch]
HITS = (Hit(text="graph", place="title"), Hit(text="loss", place="abstract", count=3))


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (
            Match(fits=True, score=0.9, hits=HITS),
            "fits  0.90  Watch w1 [w1]  graph (title ×1), loss (abstract ×3)",
        ),
        (
            Match(fits=False, score=0.3, hits=HITS[:1], reason="score 0.30 is under 0.50"),
            "no    0.30  Watch w1 [w1]  score 0.30 is under 0.50; graph (title ×1)",
        ),
        (Match(fits=True, score=1.0), "fits  1.00  Watch w1 [w1]  its filters hold"),
    ],
)
def test_a_verdict_in_one_line(make_watch: Make, verdict: Match, line: str) -> None:
    assert shown_fit(Fit(make_watch(), verdict)) == line


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"state": "sent", "code": 200},
            "sent    arxiv:2401.00001 v2 → webhook https://h [w1] 200",
        ),
        (
            {"state": "waiting", "code": 503, "said": "no", "attempts": 4},
            "waiting arxiv:2401.00001 v2 → webhook https://h [w1] (4 tries) 503 no",
        ),
        (
            {"state": "gathered", "attempts": 0, "period": "2026-11-22", "said": "for Sunday"},
            "gathered arxiv:2401.00001 v2 → webhook https://h [w1] for Sunday",
        ),
        (
            {"state": "sending"},
            "sending arxiv:2401.00001 v2 → webhook https://h [w1]",
        ),
    ],
)
def test_a_delivery_in_one_line(changes: dict[str, object], line: str) -> None:
    known: dict[str, object] = {
        "id": "msg_1",
        "watch": "w1",
        "paper": "arxiv:2401.00001",
        "version": 2,
        "moment": "summary",
        "channel": "webhook",
        "place": "https://h",
        "attempts": 1,
        "created": "2026-11-21T08:00:00.000000Z",
        "at": "2026-11-21T08:00:00.000000Z",
    }
    assert (
        shown(msgspec.convert({**known, **changes}, type=Delivery))
        == f"2026-11-21T08:00:00Z {line}"
    )


def run(*arguments: str, **environ: str) -> Result:
    environ = {"NATS_URL": "nats://127.0.0.1:9", "WEBHOOK_TIMEOUT_S": "30", **environ}
    return CliRunner().invoke(main, list(arguments), env=environ)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("match", "nonsense"), 2, "'nonsense' is not a paper id"),
        (("match", "2401.00001"), 1, "cannot connect to nats://127.0.0.1:9"),
        (("deliveries",), 1, "cannot connect to nats://127.0.0.1:9"),
        (("test-webhook", "http://127.0.0.1:9/"), 1, "127.0.0.1"),
    ],
)
def test_a_failure_is_one_sentence(arguments: tuple[str, ...], code: int, words: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.output.count("\n")) == (code, 1)
    assert words in result.output


class Receiver(HTTPServer):
    """Keeps what was posted; answers with ``status``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.status = 200
        self.posted: list[tuple[dict[str, str], bytes]] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class Taking(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.posted.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(b"  heard\n")

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("status", "line"),
    [(200, "200 taken: heard\n"), (204, "204 taken"), (410, "410 not taken: heard\n")],
)
def test_a_test_message_is_signed_and_its_answer_shown(
    receiver: Receiver, tmp_path: Path, status: int, line: str
) -> None:
    receiver.status = status
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    (tmp_path / "secret").write_text(f"{secret}\n")
    url = f"http://{receiver.place}/hook"
    with_file = ("--secret-file", str(tmp_path / "secret"))

    for extra, used in (((), TEST_SECRET), (with_file, secret)):
        result = run("test-webhook", url, *extra, OUTBOUND_ALLOW=receiver.place)
        assert (result.exit_code, result.output.startswith(line)) == (0, True), result.output
        headers, body = receiver.posted[-1]
        Verifier(used).verify(body, headers)
        assert msgspec.json.decode(body)["type"] == "paperbus.test"
        assert used not in result.output


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!"])
def test_a_secret_that_is_none_is_not_used(receiver: Receiver, tmp_path: Path, secret: str) -> None:
    (tmp_path / "secret").write_text(secret)
    arguments = ("test-webhook", f"http://{receiver.place}/", "--secret-file")
    result = run(*arguments, str(tmp_path / "secret"), OUTBOUND_ALLOW=receiver.place)
    assert (result.exit_code, receiver.posted) == (2, [])
    assert "--secret-file" in result.output


async def index(nats_url: str, event: PaperEmbedded) -> None:
    async with connect("test", load(Settings, {"NATS_URL": nats_url})) as runtime:
        await provision.apply(runtime.nc)
        result = msgspec.Raw(msgspec.json.encode(event))
        row = Row(
            paper=event.paper, row="indexer", state="done", version=1, at=event.at, result=result
        )
        assert await runtime.ledger.commit(row, None)


async def watch_and_tell(nats_url: str, watches: list[Watch], summary: SummaryReady) -> None:
    """Store the watches; the last one has been told."""
    async with connect("test", load(Settings, {"NATS_URL": nats_url})) as runtime:
        for watch in watches:
            await runtime.kv("watches").put(watch.id, msgspec.json.encode(watch))
        records = Records(runtime.kv("deliveries"))
        held = await records.begin(fresh(watches[-1], summary, Match(fits=True, score=1.0), now()))
        assert held is not None
        await records.change(held, ended(held.delivery, "sent", code=200))


@pytest.mark.connected
def test_looking_at_a_running_system(
    tmp_path: Path, make_watch: Make, embedded: PaperEmbedded, summary: SummaryReady
) -> None:
    watches = [
        make_watch("b", query="banana"),
        make_watch("g", query="graph", on="embedded"),
        make_watch("off", active=False),
        make_watch("s", query="graph loss"),
    ]
    with nats_server(tmp_path / "nats") as nats:
        asyncio.run(index(nats.url, embedded))
        assert "there are no watches yet" in run("match", "2401.00001", NATS_URL=nats.url).output
        asyncio.run(watch_and_tell(nats.url, watches, summary))

        unknown = run("match", "2401.99999", NATS_URL=nats.url)
        assert (unknown.exit_code, "is not indexed here" in unknown.output) == (2, True)
        found = run("match", "2401.00001", NATS_URL=nats.url)
        assert found.exit_code == 0, found.output
        lines = found.output.splitlines()
        assert ["[g]" in lines[0], "[s]" in lines[1], "[b]" in lines[2]] == [True] * 3
        assert [line[:4] for line in lines] == ["fits", "fits", "no  "]

        (told,) = run("deliveries", NATS_URL=nats.url).output.splitlines()
        assert "sent    arxiv:2401.00001 v1 → webhook https://s.example [s] 200" in told
        as_json = run("deliveries", "--watch", "s", "--json", NATS_URL=nats.url).output
        assert "event" not in msgspec.json.decode(as_json)
        assert run("deliveries", "--watch", "g", NATS_URL=nats.url).output == ""
