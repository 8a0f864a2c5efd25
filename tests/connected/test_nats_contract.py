"""The features of NATS that paperbus stands on, on our server and on the one in ``NATS_URL``."""

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import nats as nats_client
import pytest
from nats.aio.client import Client

from servers import nats_server

pytestmark = pytest.mark.connected

EXTERNAL = os.environ.get("NATS_URL", "")


@pytest.fixture(scope="module", params=["ours", "external"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "external":
        if not EXTERNAL:
            pytest.skip("NATS_URL names no other server")
        yield EXTERNAL
        return
    folder: Path = tmp_path_factory.mktemp("nats")
    with nats_server(folder) as server:
        yield server.url


class Stream:
    """A stream of its own for each test, gone afterwards."""

    def __init__(self, nc: Client) -> None:
        self.nc = nc
        self.name = f"T{uuid.uuid4().hex[:12]}"

    async def api(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.nc.request(f"$JS.API.{path}", msgspec.json.encode(body), timeout=30)
        found: dict[str, Any] = msgspec.json.decode(answer.data)
        return found

    async def make(self, **config: Any) -> None:
        made = await self.api(
            f"STREAM.CREATE.{self.name}",
            name=self.name,
            subjects=[f"{self.name}.>"],
            storage="file",
            **{"retention": "limits", "num_replicas": 1, "allow_direct": True, **config},
        )
        assert "error" not in made, made
        assert {name: made["config"].get(name) for name in config} == config

    async def send(
        self, subject: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        name = f"{self.name}.{subject}"
        answer = await self.nc.request(name, body, timeout=30, headers=headers)
        found: dict[str, Any] = msgspec.json.decode(answer.data)
        return found

    async def batch(self, *messages: tuple[str, dict[str, str]]) -> dict[str, Any]:
        batch = uuid.uuid4().hex
        found: dict[str, Any] = {}
        for number, (subject, headers) in enumerate(messages, start=1):
            every = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number), **headers}
            if number < len(messages):
                await self.nc.publish(f"{self.name}.{subject}", b"", headers=every)
            else:
                every["Nats-Batch-Commit"] = "1"
                answer = await self.nc.request(
                    f"{self.name}.{subject}", b"", timeout=30, headers=every
                )
                found = msgspec.json.decode(answer.data)
        return found

    async def subjects(self) -> dict[str, int]:
        info = await self.api(f"STREAM.INFO.{self.name}", subjects_filter=">")
        counted = info["state"].get("subjects") or {}
        return {subject.split(".", 1)[1]: count for subject, count in counted.items()}


@pytest.fixture
async def stream(url: str) -> AsyncIterator[Stream]:
    nc = await nats_client.connect(url)
    made = Stream(nc)
    yield made
    with suppress(TimeoutError):
        await made.api(f"STREAM.DELETE.{made.name}")
    await nc.close()


GUARD = "Nats-Expected-Last-Subject-Sequence"


async def test_a_guard_on_the_last_sequence_of_a_subject(stream: Stream) -> None:
    await stream.make()
    assert (await stream.send("a", headers={GUARD: "0"}))["seq"] == 1
    assert (await stream.send("a", headers={GUARD: "0"}))["error"]["err_code"] in (10071, 10164)
    assert (await stream.send("a", headers={GUARD: "1"}))["seq"] == 2
    assert (await stream.send("b", headers={GUARD: "0"}))["seq"] == 3


async def test_a_message_id_is_stored_once(stream: Stream) -> None:
    await stream.make()
    first = await stream.send("a", headers={"Nats-Msg-Id": "x"})
    again = await stream.send("a", headers={"Nats-Msg-Id": "x"})
    assert (again["seq"], again["duplicate"]) == (first["seq"], True)


async def test_a_batch_is_stored_whole(stream: Stream) -> None:
    await stream.make(allow_atomic=True)
    ack = await stream.batch(("row", {GUARD: "0"}), ("fact", {"Nats-Msg-Id": "f"}))
    assert (ack["seq"], ack["count"]) == (2, 2)
    assert await stream.subjects() == {"row": 1, "fact": 1}


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_batch_with_one_guard_that_fails_stores_nothing(stream: Stream, place: int) -> None:
    await stream.make(allow_atomic=True)
    messages = [(f"row{n}", {GUARD: "7" if n == place else "0"}) for n in range(3)]
    ack = await stream.batch(*messages)
    assert ack["error"]["err_code"] in (10071, 10164)
    assert await stream.subjects() == {}


async def test_a_batch_with_a_known_message_id_stores_nothing(stream: Stream) -> None:
    await stream.make(allow_atomic=True)
    await stream.send("fact", headers={"Nats-Msg-Id": "f"})
    ack = await stream.batch(("row", {GUARD: "0"}), ("fact", {"Nats-Msg-Id": "f"}))
    assert ack["error"]["err_code"] == 10201
    assert await stream.subjects() == {"fact": 1}


async def test_a_batch_without_its_end_stores_nothing(stream: Stream) -> None:
    await stream.make(allow_atomic=True)
    headers = {"Nats-Batch-Id": "left", "Nats-Batch-Sequence": "1"}
    await stream.nc.publish(f"{stream.name}.a", b"", headers=headers)
    await stream.send("b")
    assert await stream.subjects() == {"b": 1}


async def test_of_racing_batches_one_is_stored(stream: Stream) -> None:
    await stream.make(allow_atomic=True)
    acks = await asyncio.gather(
        *(stream.batch(("row", {GUARD: "0"}), (f"fact{n}", {})) for n in range(8))
    )
    assert sum("error" not in ack for ack in acks) == 1
    assert sum((await stream.subjects()).values()) == 2


async def test_a_message_with_a_time_to_live_goes(stream: Stream) -> None:
    await stream.make(allow_msg_ttl=True)
    await stream.send("short", headers={"Nats-TTL": "1s"})
    await stream.send("long", headers={"Nats-TTL": str(90 * 86400)})
    async with asyncio.timeout(60):
        while await stream.subjects() != {"long": 1}:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_a_full_stream_refuses_new_messages(stream: Stream) -> None:
    await stream.make(discard="new", max_bytes=2000)
    answers = [await stream.send("a", b"x" * 500) for _ in range(5)]
    assert "error" not in answers[0]
    assert answers[-1]["error"]["err_code"] in (10047, 10077)


async def test_a_schedule_publishes_to_its_target(stream: Stream) -> None:
    await stream.make(allow_msg_schedules=True, allow_msg_ttl=True, retention="limits")
    target = f"{stream.name}.made"
    headers = {"Nats-Schedule": "@every 1s", "Nats-Schedule-Target": target}
    assert "error" not in await stream.send("plan", b"body", headers)
    async with asyncio.timeout(60):
        while (await stream.subjects()).get("made", 0) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_a_wrong_schedule_is_refused(stream: Stream) -> None:
    await stream.make(allow_msg_schedules=True)
    headers = {"Nats-Schedule": "whenever", "Nats-Schedule-Target": f"{stream.name}.made"}
    assert "error" in await stream.send("plan", b"", headers)


async def test_direct_reads(stream: Stream) -> None:
    await stream.make()
    for body in (b"1", b"2"):
        await stream.send("a", body)
    api = f"$JS.API.DIRECT.GET.{stream.name}"
    newest = await stream.nc.request(f"{api}.{stream.name}.a", b"", timeout=30)
    assert newest.data == b"2"
    assert (newest.headers or {})["Nats-Sequence"] == "2"
    first = await stream.nc.request(api, b'{"seq":1}', timeout=30)
    assert first.data == b"1"
    none = await stream.nc.request(f"{api}.{stream.name}.b", b"", timeout=30)
    assert (none.headers or {})["Status"] == "404"


async def test_the_newest_of_many_subjects_in_one_read(stream: Stream) -> None:
    await stream.make()
    for body in (b"1", b"2"):
        for name in ("p.x", "p.y", "q.x"):
            await stream.send(name, body)
    inbox = stream.nc.new_inbox()
    answers = await stream.nc.subscribe(inbox)
    request = msgspec.json.encode({"multi_last": [f"{stream.name}.p.*"], "batch": 100})
    await stream.nc.publish(f"$JS.API.DIRECT.GET.{stream.name}", request, reply=inbox)
    found: dict[str, bytes] = {}
    while True:
        message = await answers.next_msg(30)
        headers = message.headers or {}
        if "Nats-Sequence" not in headers:
            assert headers["Status"] == "204"
            break
        found[headers["Nats-Subject"].split(".", 1)[1]] = message.data
    assert found == {"p.x": b"2", "p.y": b"2"}


async def test_a_message_given_back_comes_again_after_its_delay(stream: Stream) -> None:
    await stream.make()
    await stream.send("a")
    subscription = await stream.nc.jetstream().pull_subscribe(
        f"{stream.name}.a", durable="worker", stream=stream.name
    )
    (message,) = await subscription.fetch(1, timeout=30)
    given_back_s = time.monotonic()
    await message.nak(delay=0.5)
    (again,) = await subscription.fetch(1, timeout=30)
    assert time.monotonic() - given_back_s >= 0.49, "the server reads another clock"
    assert again.metadata.num_delivered == 2
    await again.ack_sync()
    info = await subscription.consumer_info()
    assert (info.num_pending, info.num_ack_pending) == (0, 0)
