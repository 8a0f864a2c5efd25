"""Whatever the source does, every paper is announced and ends with its PDF or a word about it."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from buses import connected, log_of
from common import objects
from common.events import FetchRequested, PaperFetched
from common.runtime import Runtime
from common.settings import ObjectsSettings
from fetcher.runs import Run, RunStore
from servers import Nats
from standalone.upstream.records import Record, bundled_day, read_day

pytestmark = [pytest.mark.connected, pytest.mark.timeout(600)]

FOREVER: dict[str, Any] = {"times": None}
BUSY = {"kind": "status", "status": 429, "retry_after_s": 1}
PDFS: list[tuple[str, list[dict[str, Any]], str]] = [
    ("nothing goes wrong", [], ""),
    ("429 with Retry-After", [BUSY], ""),
    ("503 without", [{"kind": "status", "status": 503}], ""),
    ("403 for a while", [{"kind": "status", "status": 403, "retry_after_s": 1}], ""),
    ("500 twice", [{"kind": "status", "status": 500, "times": 2}], ""),
    ("500 for ever", [{"kind": "status", "status": 500, **FOREVER}], "arXiv failed to give"),
    (
        "slow for ever",
        [{"kind": "drip", "bytes_per_s": 100, **FOREVER}],
        "could not be downloaded completely",
    ),
    ("cut off once", [{"kind": "truncate"}], ""),
    ("cut off for ever", [{"kind": "truncate", **FOREVER}], "could not be downloaded completely"),
    ("reset once", [{"kind": "reset"}], ""),
    ("a page instead", [{"kind": "wrong_type", **FOREVER}], "is an HTML page"),
    ("missing", [{"kind": "missing", **FOREVER}], "no PDF of this version (status 404)"),
    ("one after the other", [{"kind": "truncate"}, {"kind": "reset"}], ""),
]
"""What is wrong with the PDF of each paper, and the note that stays; none where it ends well."""

LISTS: list[dict[str, Any]] = [
    {"match": "/oai?verb=ListRecords&metadataPrefix*", **BUSY},
    {"match": "/oai?verb=ListRecords&metadataPrefix*", "kind": "wrong_type"},
    {"match": "/oai*resumptionToken*", "kind": "truncate"},
    {"match": "/oai*resumptionToken*", "kind": "expire_token"},
    {"match": "/oai*resumptionToken*", "kind": "status", "status": 503, "skip": 1},
]
UNKNOWN = "2606.99999"
FEED = 'kind = "arxiv"\ncategories = ["*"]\n'


@pytest.fixture(scope="module")
def papers() -> list[Record]:
    """New papers, one for each fault."""
    new = (record for record in read_day(bundled_day()) if record.id.startswith("2606."))
    return [record for record, _ in zip(new, PDFS, strict=False)]


@pytest.fixture
def upstream(tmp_path: Path, papers: list[Record]) -> Iterator[str]:
    """The source with all its faults; its address."""
    day, script = tmp_path / "day.jsonl", tmp_path / "faults.json"
    day.write_bytes(b"\n".join(map(msgspec.json.encode, papers)))
    of_pdfs = [
        {"match": f"/pdf/{paper.id}", **fault}
        for paper, (_, faults, _) in zip(papers, PDFS, strict=True)
        for fault in faults
    ]
    script.write_text(json.dumps(LISTS + of_pdfs))
    command = [sys.executable, "-m", "standalone.upstream", "--port", "0", "--page-size", "4"]
    command += ["--day", str(day), "--faults", str(script)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    yield process.stderr.readline().split()[3].rstrip(":")
    process.kill()
    process.communicate()


def environ(nats: Nats, s3: ObjectsSettings, upstream: str, feeds: Path) -> dict[str, str]:
    return {
        **os.environ,
        "NATS_URL": nats.url,
        "S3_URL": s3.s3_url,
        "S3_ACCESS_KEY": s3.s3_access_key.reveal(),
        "S3_SECRET_KEY": s3.s3_secret_key.reveal(),
        "S3_BUCKET": s3.s3_bucket,
        "FEEDS_DIR": str(feeds),
        "ARXIV_OAI_URL": f"{upstream}/oai",
        "ARXIV_API_URL": f"{upstream}/api/query",
        "ARXIV_PDF_URL": f"{upstream}/pdf",
        "ARXIV_INTERVAL_S": "0",
        "ARXIV_STOP_S": "0.5",
        "DOWNLOAD_TIMEOUT_S": "3",
        "DOWNLOAD_WORKERS": "8",
    }


def pending(upstream: str) -> list[dict[str, Any]]:
    """The faults that have not happened."""
    with urllib.request.urlopen(f"{upstream}/control", timeout=10) as answer:
        found: list[dict[str, Any]] = json.loads(answer.read())["faults_pending"]
        return found


@asynccontextmanager
async def fetcher(variables: dict[str, str], nats: Nats, log: Path) -> AsyncIterator[Runtime]:
    """The service as it runs, and a connection beside it."""
    async with connected(nats) as runtime:
        with log.open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "fetcher", "run"), env=variables, stdout=out, stderr=out
            )
        try:
            yield runtime
        finally:
            process.terminate()
            assert await process.wait() == 0


async def fetched(runtime: Runtime, count: int) -> dict[str, PaperFetched]:
    """The facts by arXiv id, once there are so many."""
    found: list[PaperFetched] = []
    async with asyncio.timeout(200):
        async for fact in runtime.bus.read(["paper.fetched"], after=0):
            found.append(msgspec.json.decode(fact.body, type=PaperFetched))
            if len(found) == count:
                break
    assert len({event.paper for event in found}) == count, "a paper was fetched twice"
    return {event.paper.removeprefix("arxiv:"): event for event in found}


async def ended(runtime: Runtime, feed: str) -> Run:
    """The newest run of a feed once it has ended."""
    bucket = await runtime.js.key_value("sources")
    watcher: Any = await bucket.watch(f"run.{feed}.>")
    async with asyncio.timeout(200):
        async for entry in watcher:
            if entry is not None and b'"running"' not in (entry.value or b""):
                break
    await watcher.stop()
    return (await RunStore(runtime.kv("sources"), kept=9).newest(feed))[0]


async def test_every_paper_comes_to_an_end(
    tmp_path: Path, nats: Nats, s3: ObjectsSettings, upstream: str, papers: list[Record]
) -> None:
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "all.toml").write_text(FEED)
    variables = environ(nats, s3, upstream, tmp_path / "feeds")
    async with fetcher(variables, nats, tmp_path / "log") as runtime:
        day = papers[0].seen or ""
        await runtime.bus.request(FetchRequested(feed="all", since=day))
        run = await ended(runtime, "all")
        found = await fetched(runtime, len(papers))
        rows = [await runtime.ledger.read(event.paper, "fetcher") for event in found.values()]
        ids = (UNKNOWN, papers[0].id)
        await runtime.bus.request(FetchRequested(ids=ids))
        look_up = await ended(runtime, "ids")
        subjects = {fact.subject for fact in await log_of(runtime)}

    assert (run.verdict, run.counts.new, run.counts.failed) == ("ok", len(papers), 0)
    assert (look_up.counts.had, look_up.missing) == (1, (f"arxiv:{UNKNOWN}",))
    assert {row.row.state for row in rows if row is not None} == {"done"}
    assert not [subject for subject in subjects if subject.startswith("dead.")]

    store = objects.connect(s3)
    for paper, (what, _, note) in zip(papers, PDFS, strict=True):
        event = found[paper.id]
        said = " ".join(event.notes)
        assert note in said, what
        assert bool(said) == bool(note), (what, said)
        assert (event.pdf is None) == bool(note), what
        if event.pdf is not None:
            body = await store.get(event.pdf)
            assert body.startswith(b"%PDF-"), what
            assert body.rstrip().endswith(b"%%EOF"), what
        assert upstream not in said, "addresses stay in the log"

    left = [fault for fault in pending(upstream) if fault["times"] is not None]
    assert left == [], "these never happened"
