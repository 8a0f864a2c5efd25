"""The provisioner and its check, on a real nats-server."""

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import nats as nats_client
import pytest
from nats.aio.client import Client

from common import provision, topology
from common.advisories import REAPERS
from common.errors import Terminal, Unavailable
from servers import Nats

pytestmark = pytest.mark.connected

DURABLE = "indexer-paper-fetched"
EVERYTHING = sum(map(len, (topology.STREAMS, topology.BUCKETS, topology.CONSUMERS, REAPERS)))


@asynccontextmanager
async def connected(nats: Nats) -> AsyncIterator[Client]:
    nc = await nats_client.connect(nats.url, allow_reconnect=False)
    try:
        yield nc
    finally:
        await nc.close()


async def call(nc: Client, subject: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await nc.request(f"$JS.API.{subject}", json.dumps(body).encode(), timeout=5)
    found: dict[str, Any] = json.loads(answer.data)
    assert "error" not in found, found
    return found


def actions(steps: list[provision.Step]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for step in steps:
        counted[step.action] = counted.get(step.action, 0) + 1
    return counted


async def test_applying_twice_changes_nothing(empty_nats: Nats) -> None:
    async with connected(empty_nats) as nc:
        assert len(await provision.differences(nc)) == EVERYTHING
        assert actions(await provision.apply(nc)) == {"created": EVERYTHING}
        assert await provision.differences(nc) == []
        assert actions(await provision.apply(nc)) == {"unchanged": EVERYTHING}


async def test_advisories_come_first(empty_nats: Nats) -> None:
    async with connected(empty_nats) as nc:
        assert (await provision.apply(nc))[0].what == "ADVISORIES"


@pytest.mark.parametrize(
    ("stream", "changes", "field"),
    [
        ("PAPERS", {"max_bytes": 1_000_000}, "max_bytes"),
        ("PAPERS", {"discard": "old"}, "discard"),
        ("PAPERS", {"max_age": 10**12}, "max_age"),
        ("PAPERS", {"subjects": ["paper.fetched", "ledger.>"]}, "subjects"),
        ("PAPERS", {"allow_direct": False}, "allow_direct"),
        ("NOTICES", {"duplicate_window": 10**9}, "duplicate_window"),
        ("KV_sources", {"max_msgs_per_subject": 5}, "max_msgs_per_subject"),
    ],
)
async def test_a_stream_that_was_changed_is_found_and_mended(
    nats: Nats, stream: str, changes: dict[str, Any], field: str
) -> None:
    async with connected(nats) as nc:
        config = (await call(nc, f"STREAM.INFO.{stream}", {}))["config"]
        await call(nc, f"STREAM.UPDATE.{stream}", {**config, **changes})
        found = await provision.differences(nc)
        assert [(d.what, d.field) for d in found] == [(stream, field)]
        assert [s.what for s in await provision.apply(nc) if s.action == "updated"] == [stream]
        assert await provision.differences(nc) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ack_wait": 10**9}, "ack_wait"),
        ({"max_deliver": 3}, "max_deliver"),
        ({"filter_subjects": ["paper.fetched"]}, "filter_subjects"),
        ({"max_ack_pending": 1}, "max_ack_pending"),
    ],
)
async def test_a_durable_that_was_changed_is_found_and_mended(
    nats: Nats, changes: dict[str, Any], field: str
) -> None:
    async with connected(nats) as nc:
        config = (await call(nc, f"CONSUMER.INFO.PAPERS.{DURABLE}", {}))["config"]
        body = {"stream_name": "PAPERS", "config": {**config, **changes}}
        await call(nc, f"CONSUMER.CREATE.PAPERS.{DURABLE}", body)
        assert [(d.what, d.field) for d in await provision.differences(nc)] == [(DURABLE, field)]
        assert [d.what for d in await provision.differences(nc, service="indexer")] == [DURABLE]
        assert await provision.differences(nc, service="notifier") == []
        assert [s.what for s in await provision.apply(nc) if s.action == "updated"] == [DURABLE]
        assert await provision.differences(nc) == []


async def test_what_was_deleted_is_found_and_made_again(nats: Nats) -> None:
    async with connected(nats) as nc:
        await call(nc, f"CONSUMER.DELETE.PAPERS.{DURABLE}", {})
        await call(nc, "STREAM.DELETE.KV_leases", {})
        found = {(d.what, d.field, d.actual) for d in await provision.differences(nc)}
        assert found == {(DURABLE, "exists", False), ("KV_leases", "exists", False)}
        assert actions(await provision.apply(nc))["created"] == 2
        assert await provision.differences(nc) == []


async def test_messages_survive_an_update(nats: Nats) -> None:
    async with connected(nats) as nc:
        await nc.jetstream().publish("paper.fetched", b"{}")
        config = (await call(nc, "STREAM.INFO.PAPERS", {}))["config"]
        await call(nc, "STREAM.UPDATE.PAPERS", {**config, "max_age": 10**15})
        await provision.apply(nc)
        assert (await nc.jetstream().stream_info("PAPERS")).state.messages == 1


async def test_what_the_server_will_not_do_is_said(empty_nats: Nats) -> None:
    async with connected(empty_nats) as nc:
        with pytest.raises(Terminal, match=r"STREAM\.CREATE"):
            await provision.apply(nc, replicas=3)


async def test_a_server_that_is_gone_is_unavailable(nats: Nats) -> None:
    async with connected(nats) as nc:
        nats.kill()
        with pytest.raises(Unavailable):
            await provision.differences(nc)


async def test_every_confirmed_write_is_on_the_disk(nats: Nats) -> None:
    """Rule N1: the setting is what the server says it does, not what a file says."""
    async with connected(nats) as nc:
        assert await provision.differences(nc) == []
        url = f"http://127.0.0.1:{nats.monitor}/jsz?config=true"
        config = (await asyncio.to_thread(fetched, url))["config"]
        assert config["sync_always"] is True


def fetched(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.loads(answer.read())
