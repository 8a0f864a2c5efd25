"""Jobs over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from common import jobs as stored
from common.ids import now
from common.jobs import Counts, Job
from fakes_gateway import FakeKv, World
from gateway.failures import TooMany
from gateway.jobs import kept
from gateway.jobs.board import Board
from gateway.live import Pace

Client = AsyncTestClient[Any]
API = "/api/v1/jobs"
EXPORT = {"kind": "export", "params": {"format": "csv", "categories": ["cs.LG"]}}


async def put(kv: FakeKv, number: int, **more: Any) -> Job:
    at = f"2026-07-14T08:00:{number:02d}.000000Z"
    job = Job(**{"id": f"2026071408{number:04d}-aa", "kind": "fetch", "created": at, **more})
    await kv.put(stored.key_of(job.id), msgspec.json.encode(job))
    return job


async def test_a_job_is_started_and_found(client: Client) -> None:
    answer = await client.post(API, json=EXPORT)
    assert answer.status_code == 202
    place = answer.headers["location"]
    found = (await client.get(place)).json()
    assert place == f"{API}/{found['id']}" == found["location"]
    assert (found["state"], found["owner"], found["progress"]) == ("queued", "local", 0.0)
    assert found["title"] == "Export papers in cs.LG as csv"
    assert (found["queue_rank"], found["queue_total"]) == (1, 1)
    again = await client.post(API, json=EXPORT)
    assert again.headers["location"] == place


@pytest.mark.parametrize(
    ("params", "title", "priority"),
    [
        ({"ids": ["arXiv:2401.00001v2", "2401.00001"]}, "Re-index 2401.00001", "interactive"),
        ({"ids": [f"2401.{n:05d}" for n in range(21)]}, None, "batch"),
        (
            {"feed": "ai-scholar", "limit": 9},
            "Re-index the newest 9 papers of feed ai-scholar",
            "batch",
        ),
        ({}, "Re-index all papers", "batch"),
    ],
)
async def test_papers_to_index_anew(
    client: Client, params: dict[str, Any], title: str | None, priority: str
) -> None:
    answer = await client.post(API, json={"kind": "reindex", "params": params})
    assert (answer.status_code, answer.json()["priority"]) == (202, priority)
    assert title in (None, answer.json()["title"])


async def test_an_idempotency_key(client: Client) -> None:
    headers = {"Idempotency-Key": "abc"}
    first = await client.post(API, json=EXPORT, headers=headers)
    await client.delete(first.headers["location"])
    again = await client.post(API, json=EXPORT, headers=headers)
    assert again.headers["location"] == first.headers["location"]
    other = {"kind": "export", "params": {}}
    assert (await client.post(API, json=other, headers=headers)).status_code == 422


@pytest.mark.parametrize(
    ("body", "field", "status"),
    [
        ({"kind": "dance"}, "kind", 400),
        ({"kind": "export", "params": {"format": "pdf"}}, "format", 400),
        ({"kind": "export", "params": {"colour": 1}}, "params", 400),
        ({"kind": "export", "params": {"limit": -1}}, "limit", 400),
        ({"kind": "export", "params": {"date_from": "soon"}}, "date_from", 400),
        ({"kind": "export", "params": {"categories": ["?"]}}, "category", 400),
        ({"kind": "fetch"}, "params", 400),
        ({"kind": "fetch", "params": {"feed": "ai-scholar", "ids": ["2401.00001"]}}, "params", 400),
        ({"kind": "fetch", "params": {"ids": ["x y"]}}, "id", 400),
        ({"kind": "fetch", "params": {"feed": "gone"}}, None, 404),
        ({"kind": "summaries", "params": {"ids": ["2401.00001"], "feed": "a"}}, "ids", 400),
        ({"kind": "reindex", "params": {"ids": ["2401.00001"], "limit": 5}}, "ids", 400),
        ({"kind": "reindex", "params": {"ids": ["x y"]}}, "id", 400),
        ({"kind": "reindex", "params": {"model": "m"}}, "params", 400),
        ({"kind": "reindex", "params": {"date_to": "soon"}}, "date_to", 400),
        ({"kind": 1}, "kind", 400),
        ({}, "kind", 400),
    ],
)
async def test_what_makes_no_sense_starts_nothing(
    client: Client, world: World, body: Any, field: str | None, status: int
) -> None:
    answer = await client.post(API, json=body)
    assert answer.status_code == status
    if field:
        assert answer.json()["errors"][0]["field"] == field or field in answer.text
    assert (world.jobs.values, world.bus.requests) == ({}, [])


async def test_the_list_has_filters_and_pages(client: Client, world: World) -> None:
    for n in range(5):
        await put(world.jobs, n, state="ok" if n % 2 else "running")
    first = (await client.get(f"{API}?limit=3")).json()
    second = (await client.get(first["next"])).json()
    ids = [job["id"][10:14] for page in (first, second) for job in page["items"]]
    assert ids == ["0004", "0003", "0002", "0001", "0000"]
    assert second["next"] is None
    running = (await client.get(f"{API}?state=running&kind=fetch")).json()["items"]
    assert {job["state"] for job in running} == {"running"}
    assert len(running) == 3
    for wrong in ("state=done", "kind=x", "colour=1", f"state=ok&cursor={first['next_cursor']}"):
        assert (await client.get(f"{API}?{wrong}")).status_code == 400


async def test_the_queue_puts_people_first(client: Client, world: World) -> None:
    batch = await put(world.jobs, 1, state="queued", priority="batch")
    later = await put(world.jobs, 2, state="queued")
    await put(world.jobs, 3, state="queued", kind="export")
    await put(world.jobs, 4, state="running")
    ranks = {}
    for job in (batch, later):
        found = (await client.get(f"{API}/{job.id}")).json()
        ranks[job.id] = (found["queue_rank"], found["queue_total"])
    assert ranks == {batch.id: (2, 2), later.id: (1, 2)}


@pytest.mark.parametrize(("method", "path"), [("POST", "/cancel"), ("DELETE", "")])
async def test_stopping(client: Client, world: World, method: str, path: str) -> None:
    job = await put(world.jobs, 1, state="running")
    for _ in range(2):
        answer = await client.request(method, f"{API}/{job.id}{path}")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    over = await put(world.jobs, 2, state="failed")
    assert (await client.request(method, f"{API}/{over.id}{path}")).status_code == 409
    assert (await client.request(method, f"{API}/nope{path}")).status_code == 404


async def test_a_result_that_is_not_there(client: Client, world: World) -> None:
    job = await put(world.jobs, 1, kind="export", state="ok", result="export/gone")
    assert (await client.get(f"{API}/{job.id}/result")).status_code == 404
    running = await put(world.jobs, 2, kind="export", state="running")
    assert (await client.get(f"{API}/{running.id}/result")).status_code == 404


async def read(chunks: AsyncIterator[bytes], until: bytes) -> bytes:
    got = b""
    async with asyncio.timeout(60):
        async for chunk in chunks:
            got += chunk
            if until in got:
                return got
    return got


async def test_who_watches_is_told_all_and_then_each_change() -> None:
    kv, stopping = FakeKv(), asyncio.Event()
    board = Board(kv, max_clients=1, every_s=0.01)
    running = asyncio.create_task(board.run(stopping))
    job = await put(kv, 1, state="running")
    chunks = board.stream(Pace())
    start = await read(chunks, b"event: ready")
    assert job.id.encode() in start
    assert b"\nid:" not in start  # no place in the log: nothing of this may be resumed from
    with pytest.raises(TooMany):
        board.check_room()
    half = Counts(done=1, total=2)
    await kept.change(kv, job.id, lambda j: msgspec.structs.replace(j, counts=half))
    assert b'"progress":0.5' in await read(chunks, b"event: job")
    reads = kv.reads
    await asyncio.sleep(0.1)
    assert kv.reads - reads <= 1  # nothing has changed
    stopping.set()
    assert await read(chunks, b"never") == b": ping\n\n"
    await running
    assert board.clients == 0
    await put(kv, 2, state="queued", created=now())


async def test_while_the_bus_is_away_a_watcher_is_kept_awake_and_sent_off_in_time() -> None:
    board = Board(FakeKv())  # nobody looks
    awake = await read(board.stream(Pace(max_age_s=60, ping_s=0.02)), b": ping\n\n")
    left = await read(board.stream(Pace(max_age_s=0.1, ping_s=0.02)), b"event: ready")
    assert b": ping\n\n" in awake
    assert b"event: ready" not in awake + left
