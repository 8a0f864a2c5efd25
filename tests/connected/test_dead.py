"""``paperbus dead`` against a real nats-server."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from cli.__main__ import main
from common import topology
from common.batch import publish_one
from common.events import FetchRequested, PaperAnnounced, PaperMeta
from common.ledger import Row
from common.letters.letter import letter
from common.runtime import Runtime, connect
from common.settings import BusSettings, RuntimeSettings
from common.stream import following
from servers import Nats

pytestmark = pytest.mark.connected


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    bus: BusSettings
    runtime: RuntimeSettings = RuntimeSettings()


@pytest.fixture
def nats(nats: Nats, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Nats:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NATS_URL", nats.url)
    asyncio.run(_fill(nats))
    return nats


async def _fill(nats: Nats) -> None:
    """Two dead papers, a dead request, and a body of nobody."""
    async with connect("test", Settings(bus=BusSettings(nats_url=nats.url))) as runtime:
        for number, reason in ((1, "no_pdf"), (2, "gave_up")):
            await _died(runtime, f"arxiv:2401.0000{number}", reason)
        for subject, body in (
            ("fetch.requested", msgspec.json.encode(FetchRequested(feed="quant"))),
            ("paper.fetched", b"\xff"),
        ):
            why = {"reason": "undecodable" if body == b"\xff" else "bad_request", "seq": "1"}
            dead = letter(subject, body, service="fetcher", why=why)
            await publish_one(runtime.js, topology.PAPERS, dead)


async def _died(runtime: Runtime, paper: str, reason: str) -> None:
    meta = PaperMeta(title=f"On {paper}", feeds=("ai",))
    event = PaperAnnounced(paper=paper, version=1, meta=meta)
    why = {"class": "Terminal", "reason": reason, "error": "gone", "attempts": "1", "seq": paper}
    dead = letter(event.subject, msgspec.json.encode(event), service="fetcher", why=why)
    at = "2026-07-14T08:00:00Z"
    row = Row(paper=paper, row="fetcher", state="dead", version=1, reason=reason, at=at)
    assert await runtime.ledger.commit(row, None, dead)


def run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["dead", *arguments], input=typed)


def listed(*arguments: str) -> dict[str, int]:
    """Reasons of the letters that wait, with their numbers."""
    result = run("list", "--json", *arguments)
    assert result.exit_code == 0, result.output
    return {one["reason"]: one["seq"] for one in json.loads(result.output)["letters"]}


def ends(result: Result) -> list[str]:
    return [one["outcome"] for one in json.loads(result.output)["outcomes"]]


def log(nats: Nats, pattern: str) -> list[Any]:
    async def look() -> list[Any]:
        async with connect("test", Settings(bus=BusSettings(nats_url=nats.url))) as runtime:
            return await following(runtime.js, topology.PAPERS, pattern)

    return asyncio.run(look())


@pytest.mark.parametrize(
    ("arguments", "reasons"),
    [
        ((), {"no_pdf", "gave_up", "bad_request", "undecodable"}),
        (("--service", "indexer"), set()),
        (("--class", "Terminal"), {"no_pdf", "gave_up"}),
        (("--reason", "gave_up"), {"gave_up"}),
        (("--since", "1h"), {"no_pdf", "gave_up", "bad_request", "undecodable"}),
        (("--since", "2999-01-01"), set()),
        (("--feed", "quant"), {"bad_request"}),
        (("--paper", "arXiv:2401.00002v3"), {"gave_up"}),
        (("--limit", "1"), {"no_pdf"}),
    ],
)
def test_list(nats: Nats, arguments: tuple[str, ...], reasons: set[str]) -> None:
    assert set(listed(*arguments)) == reasons
    text = run("list", *arguments).output
    assert all(reason in text for reason in reasons)
    assert reasons or text == "no dead letter waits\n"


def test_show(nats: Nats) -> None:
    seq = str(listed()["no_pdf"])
    text = run("show", seq).output
    for words in ("The source has no PDF of this version.", "arxiv:2401.00001 v1", '"feeds": ['):
        assert words in text
    assert json.loads(run("show", seq, "--json").output)["paper"] == "arxiv:2401.00001"
    missing = run("show", "1")
    assert (missing.exit_code, "1 is no dead letter" in missing.output) == (2, True)


def test_replay_one_and_again(nats: Nats) -> None:
    seq = str(listed()["no_pdf"])
    assert "would be replayed" in run("replay", seq, "--dry-run").output
    assert len(listed()) == 4
    assert ends(run("replay", seq, "--json")) == ["replayed"]
    again = run("replay", seq)
    assert (again.exit_code, "gone" in again.output) == (0, True)
    (retry,) = log(nats, "retry.>")
    assert retry.subject == "retry.fetcher.paper.announced"
    assert msgspec.json.decode(retry.body, type=PaperAnnounced).epoch == 1


def test_replay_all_says_what_cannot_be(nats: Nats) -> None:
    refused = run("replay", "--all", "--yes", "--json")
    assert refused.exit_code == 1
    assert sorted(ends(refused)) == ["refused", "replayed", "replayed", "replayed"]
    assert set(listed()) == {"undecodable"}


def test_many_are_changed_only_after_a_question(nats: Nats) -> None:
    asked = run("drop", "--class", "Terminal", typed="n\n")
    assert (asked.exit_code, "drop 2 dead letters?" in asked.output) == (1, True)
    assert len(listed()) == 4
    assert run("drop", "--class", "Terminal", typed="y\n").exit_code == 0
    assert set(listed()) == {"bad_request", "undecodable"}
    rows = [msgspec.json.decode(one.body, type=Row) for one in log(nats, "ledger.>")]
    assert [(row.state, row.reason) for row in rows[2:]] == [("cancelled", "dropped")] * 2


def test_drop_all(nats: Nats) -> None:
    assert "(nothing was done)" in run("drop", "--all", "--dry-run").output
    assert run("drop", "--all", "--yes").exit_code == 0
    assert listed() == {}
    nothing = run("replay", "--all")
    assert (nothing.exit_code, nothing.output) == (0, "0 dead letters\n")
