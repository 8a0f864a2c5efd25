"""The census of a real bus: what waits, how old it is, what is held, what was spent."""

import asyncio
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY, generate_latest

from buses import connected, until
from cli.census import certificates
from cli.census.bus import BusPart
from cli.census.letters import LettersPart
from cli.census.papers import PapersPart
from cli.census.records import RecordsPart
from cli.census.settings import CensusSettings
from cli.census.spend import SpendPart
from cli.census.wiring import counting
from cli.settings import CliSettings, Settings
from common.batch import publish_one
from common.events import PaperAnnounced, PaperMeta
from common.kv import key
from common.ledger import Row
from common.letters.letter import letter
from common.runtime import Runtime
from common.settings import EmbedSettings, ObjectsSettings, RuntimeSettings, VectorsSettings
from common.topology import MIB, OPERATOR
from servers import Nats, free_port

pytestmark = pytest.mark.connected

WORK = ("fetcher-paper-announced", "fetcher")


async def announce(runtime: Runtime, *numbers: int) -> None:
    for number in numbers:
        event = PaperAnnounced(
            paper=f"arxiv:2606.{number:05d}", version=1, meta=PaperMeta(title="T")
        )
        assert await runtime.ledger.announce(event, None)


async def bury(runtime: Runtime, number: int, reason: str) -> None:
    why = {"class": "Terminal", "reason": reason, "error": "e", "attempts": "1", "seq": str(number)}
    draft = letter("paper.fetched", b"{}", service="indexer", why=why)
    await publish_one(runtime.js, "PAPERS", draft)


def of(runtime: Runtime, now: datetime) -> BusPart:
    return BusPart(runtime.js, lambda: now)


async def test_parts_follow_the_bus(nats: Nats) -> None:
    async with connected(nats) as runtime:
        began = datetime.now(UTC)
        await announce(runtime, 1, 2, 3)
        await _papers_and_queue(runtime, began)
        await _letters(runtime)
        await _spend(runtime)
        await _records(runtime)


async def _papers_and_queue(runtime: Runtime, began: datetime) -> None:
    later = datetime.now(UTC) + timedelta(seconds=1000)
    papers = PapersPart(runtime.js, later.timestamp)

    async def all_wait() -> bool:
        # The server counts for a consumer a moment after it has taken a message.
        return (await of(runtime, later).look())["consumer_pending"][WORK] == 3

    await until(all_wait, "not all wait", seconds=60)
    found = await of(runtime, later).look()
    first = found["consumer_oldest_age_seconds"][WORK]
    assert 1000 <= first <= (later - began).total_seconds()
    assert found["consumer_oldest_age_seconds"]["indexer-paper-fetched", "indexer"] == 0
    assert found["stream_messages"]["PAPERS",] == 6
    assert found["stream_max_bytes"]["PAPERS",] == 8192 * MIB
    assert ("KV_sources",) in found["stream_bytes"]

    durable = await runtime.js.pull_subscribe_bind(durable=WORK[0], stream="PAPERS")
    one, two = await durable.fetch(2, timeout=60)
    await two.ack_sync()  # out of order: the first is still the oldest
    found = await of(runtime, later).look()
    assert found["consumer_ack_pending"][WORK] == 1
    assert found["consumer_oldest_age_seconds"][WORK] == first
    await one.ack_sync()
    found = await of(runtime, later).look()
    assert 0 < found["consumer_oldest_age_seconds"][WORK] < first
    (three,) = await durable.fetch(1, timeout=60)
    await three.ack_sync()
    found = await of(runtime, later).look()
    assert found["consumer_oldest_age_seconds"][WORK] == 0

    told = (await papers.look())["papers"]
    assert (told["announced",], told["fetched",], papers.total) == (3, 0, 3)
    entry = await runtime.ledger.read("arxiv:2606.00002", "fetcher")
    assert entry is not None
    done = Row(paper="arxiv:2606.00002", row="fetcher", state="done", version=1, at="x")
    assert await runtime.ledger.commit(done, entry)
    told = (await papers.look())["papers"]
    assert (told["announced",], told["fetched",], papers.total) == (2, 1, 3)


async def _letters(runtime: Runtime) -> None:
    part = LettersPart(runtime.js, runtime.ledger)
    assert (await part.look())["dead_letters_held"] == {}
    for number, reason in ((1, "broken_pdf"), (2, "broken_pdf"), (3, "crash")):
        await bury(runtime, number, reason)
    pairs = {("indexer", "broken_pdf"): 2, ("indexer", "crash"): 1}
    assert (await part.look())["dead_letters_held"] == pairs
    assert (await part.look())["dead_letters_held"] == pairs
    held = [seq for seq, (_, reason) in part._held.items() if reason == "crash"]
    assert await runtime.js.delete_msg("PAPERS", held[0])
    pairs["indexer", "crash"] = 0
    assert (await part.look())["dead_letters_held"] == pairs


async def _spend(runtime: Runtime) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    part, bucket = SpendPart(runtime.js, lambda: now), runtime.kv("spend")
    for day, usd in (("2026-11-22", 0.5), ("2026-11-02", 1.0), ("2026-10-31", 4.0)):
        await bucket.create(key(day, "recipe"), msgspec.json.encode({"cost_usd": usd}))
    assert (await part.look())["spend_usd"] == {("day",): 0.5, ("month",): 1.5}
    await bucket.create(key("2026-11-22", "other"), msgspec.json.encode({"cost_usd": 0.25}))
    assert (await part.look())["spend_usd"] == {("day",): 0.75, ("month",): 1.75}


async def _records(runtime: Runtime) -> None:
    run: dict[str, Any] = {"feed": "ai", "id": "1", "verdict": "ok"}
    times = {"started": "2026-11-22T08:00:00Z", "ended": "2026-11-22T08:01:00Z"}
    sources = runtime.kv("sources")
    await sources.put(key("run", "ai", "1"), msgspec.json.encode(run | times))
    day = msgspec.json.encode({"announced": 4, "in_ledger": 3})
    await sources.put(key("day", "arxiv", "2026-11-20"), day)
    found = await RecordsPart(runtime).look()
    at = datetime(2026, 11, 22, 8, 1, tzinfo=UTC).timestamp()
    assert found["harvest_last_timestamp_seconds"] == {("ai",): at}
    assert found["coverage_ratio"] == {("arxiv",): 0.75}
    assert "backup_bytes" not in found


def sample(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"paperbus_{name}", labels)


async def test_a_bus_that_goes_and_comes_back(nats: Nats) -> None:
    """Its values stay and are known to be old; a wiring that ends takes them with it."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    settings = Settings(
        bus=nats.settings(),
        runtime=RuntimeSettings(),
        objects=ObjectsSettings(s3_url=nowhere),
        vectors=VectorsSettings(qdrant_url=nowhere),
        embed=EmbedSettings(),
        cli=CliSettings(),
        census=CensusSettings(
            census_every_s=1, nats_monitor_urls=f"http://127.0.0.1:{nats.monitor}"
        ),
    )
    async with connected(nats, OPERATOR) as runtime:
        await announce(runtime, 1)
        async with counting(runtime, settings) as count:
            running = asyncio.ensure_future(count())
            await until(lambda: told(nats_healthy=1, up=1), "never up", seconds=60)
            assert sample("dependency_up", dependency="qdrant") == 0
            assert sample("disk_used_ratio", volume="data") is None
            nats.kill()
            await until(lambda: told(nats_healthy=0, up=0), "never down", seconds=60)
            assert sample("papers", state="announced") == 1
            assert sample("stream_messages", stream="PAPERS") == 2
            nats.start()
            await until(lambda: told(nats_healthy=1, up=1), "not up again", seconds=60)
            runtime.stopping.set()
            await asyncio.wait_for(running, 60)
    assert runtime.papers == 1
    assert b"paperbus_papers{" not in generate_latest()


async def told(*, nats_healthy: int, up: int) -> bool:
    found = [sample("nats_healthy"), sample("dependency_up", dependency="nats")]
    counted = (sample("papers", state="announced"), sample("stream_messages", stream="PAPERS"))
    return None not in counted and found == [nats_healthy, up]


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path, float]:
    """A certificate, its key, and when it ends."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    make = "openssl req -x509 -newkey ed25519 -nodes -days 2 -subj /CN=nats -keyout"
    subprocess.run([*make.split(), key, "-out", cert], check=True, capture_output=True)
    tell = ["openssl", "x509", "-noout", "-enddate", "-in", str(cert)]
    told = subprocess.run(tell, check=True, capture_output=True, text=True).stdout.strip()
    return cert, key, ssl.cert_time_to_seconds(told.removeprefix("notAfter="))


async def test_when_the_certificates_of_a_bus_and_of_a_page_end(
    tmp_path: Path, certificate: tuple[Path, Path, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bus first greets in plain words."""
    monkeypatch.setattr(certificates, "TIMEOUT_S", 60)
    cert, key, end = certificate
    secure = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secure.load_cert_chain(cert, key)
    bus = Nats(tmp_path / "nats")
    with bus._conf.open("a") as conf:
        conf.write(f'tls {{ cert_file: "{cert}", key_file: "{key}" }}')
    bus.start()
    try:
        async with await asyncio.start_server(_hangs_up, "127.0.0.1", 0, ssl=secure) as page:
            places = {"bus": ("127.0.0.1", bus.port), "page": page.sockets[0].getsockname()}
            found = await certificates.certificates(places)
    finally:
        bus.kill()
    ends = {("bus",): end, ("page",): end}
    assert found == {"certificate_expiry_timestamp_seconds": ends}


async def _hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()
