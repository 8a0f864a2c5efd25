"""What the release before this one left is taken over: nothing is lost, and all of it is read.

``before.jsonl.gz`` is what that release wrote about some papers, message by message; what was
declared since then is named here, and taken away to have a bus as it was.
"""

import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from nats.aio.client import Client

from buses import connected
from cli.census.papers import PapersPart
from cli.migrate.running import run
from cli.migrate.steps import STEPS
from cli.settings import Settings
from common import provision, stateversion, topology
from common.advisories import REAPERS, Reaper
from common.declared import Consumer
from common.errors import Unavailable
from common.events import PAPER_EVENTS
from common.ledger import decode
from common.runtime import Runtime
from common.settings import load
from servers import Nats

pytestmark = pytest.mark.connected

KNOWN = {one.subject: one for one in PAPER_EVENTS}
BEFORE = Path(__file__).parent / "before.jsonl.gz"
BUCKETS = ("controls", "errors", "operations")
ASKED = (
    *("index.requested", "doctor.requested", "backup.requested"),
    *("report.requested", "storage.requested", "mail.requested"),
)
ALL_DURABLES: tuple[Consumer | Reaper, ...] = (*topology.CONSUMERS, *REAPERS)
DURABLES = tuple(
    (one.stream, one.durable)
    for one in ALL_DURABLES
    if one.service == topology.OPERATOR or set(one.subjects) & set(ASKED)
)


async def call(nc: Client, subject: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = await nc.request(f"$JS.API.{subject}", json.dumps(body or {}).encode(), timeout=30)
    found: dict[str, Any] = json.loads(answer.data)
    assert "error" not in found, found
    return found


async def as_before(nc: Client) -> None:
    """The streams, buckets and durables of the release before."""
    for bucket in BUCKETS:
        await call(nc, f"STREAM.DELETE.KV_{bucket}")
    for stream, durable in DURABLES:
        await call(nc, f"CONSUMER.DELETE.{stream}.{durable}")
    await call(nc, f"STREAM.UPDATE.{topology.REQUESTS}", await older_requests(nc))


async def older_requests(nc: Client) -> dict[str, Any]:
    """The configuration of the stream of requests without what may be asked since."""
    config: dict[str, Any] = (await call(nc, f"STREAM.INFO.{topology.REQUESTS}"))["config"]
    return {**config, "subjects": [one for one in config["subjects"] if one not in ASKED]}


def messages() -> list[dict[str, Any]]:
    with gzip.open(BEFORE, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def papers_of(kept: list[dict[str, Any]]) -> set[str]:
    """Read by the types of this release."""
    rows = [decode(one["body"].encode()) for one in kept if "ledger." in one["subject"]]
    facts = [one for one in kept if "ledger." not in one["subject"]]
    named = {
        msgspec.json.decode(one["body"], type=KNOWN[one["subject"]], strict=True).paper
        for one in facts
    }
    assert named == {row.paper for row in rows}
    return named


async def test_the_data_of_the_release_before(nats: Nats) -> None:
    kept = messages()
    papers = papers_of(kept)
    async with connected(nats) as runtime:
        nc = runtime.nc
        await as_before(nc)
        for one in kept:
            await runtime.js.publish(one["subject"], one["body"].encode(), headers=one["headers"])
        with pytest.raises(Unavailable, match="topology apply"):
            await stateversion.read(runtime.js)
        steps = await provision.apply(nc)
        made = {step.what for step in steps if step.action == "created"}
        assert made == {*(f"KV_{one}" for one in BUCKETS), *(durable for _, durable in DURABLES)}
        assert topology.REQUESTS in {one.what for one in steps if one.action == "updated"}
        assert await provision.differences(nc) == []
        await taken_over(nats, runtime, len(papers))
        # The way back: the release before applies its own topology to what this one left.
        await call(nc, f"STREAM.UPDATE.{topology.REQUESTS}", await older_requests(nc))
        assert (await runtime.js.stream_info(topology.PAPERS)).state.messages == len(kept)


async def taken_over(nats: Nats, runtime: Runtime, papers: int) -> None:
    """Every paper is as far as it was, and nothing is left to be done."""
    settings = load(Settings, {"NATS_URL": nats.url})
    done = await run(runtime, settings, STEPS, lambda _: None, dry_run=False)
    assert done.now == done.needed == stateversion.NEEDED
    found = await PapersPart(runtime.js, lambda: 0.0).look()
    assert found["papers"]["notified",] == papers
