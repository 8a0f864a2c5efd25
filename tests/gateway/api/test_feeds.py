from typing import Any

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from common.events import FetchAsked
from common.kv import key
from fakes_gateway import World

Client = AsyncTestClient[Any]
API = "/api/v1/feeds"


async def test_feeds_with_their_latest_runs(client: Client, world: World) -> None:
    for day in range(1, 15):
        run = {"feed": "ai-scholar", "started": f"2026-07-{day:02d}T08:00:00Z", "verdict": "ok"}
        await world.sources.put(key("run", "ai-scholar", str(day)), msgspec.json.encode(run))
    await world.sources.put(key("run", "gone", "1"), b"not json")
    await world.sources.put(key("cursor", "ai-scholar", "cs"), b"{}")
    found = {feed["name"]: feed for feed in (await client.get(API)).json()["items"]}
    assert set(found) == {"ai-scholar", "gone"}
    assert [run["started"][8:10] for run in found["ai-scholar"]["runs"]][:2] == ["14", "13"]
    assert len(found["ai-scholar"]["runs"]) == 10
    assert found["gone"]["runs"][0]["verdict"] == "unreadable"


async def test_a_run_is_asked_for(client: Client, world: World) -> None:
    answer = await client.post(f"{API}/ai-scholar/run", json={"since": "2026-07-14", "limit": 5})
    assert answer.status_code == 202
    (asked,) = world.bus.requests
    assert isinstance(asked, FetchAsked)
    assert answer.headers["location"] == f"/api/v1/jobs/{asked.job}"
    assert (asked.feed, asked.since, asked.limit) == ("ai-scholar", "2026-07-14", 5)


async def test_the_same_run_twice_is_one_job(client: Client, world: World) -> None:
    places = [(await client.post(f"{API}/ai-scholar/run")).headers["location"] for _ in range(3)]
    assert len(set(places)) == len(world.bus.requests) == 1
    other = await client.post(f"{API}/ai-scholar/run", json={"limit": 5})
    assert other.headers["location"] not in places
    await client.post(f"{places[0]}/cancel")
    again = await client.post(f"{API}/ai-scholar/run")
    assert again.headers["location"] not in places


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("other", None, 404),
        ("%2E%2E", None, 400),
        ("ai-scholar", {"since": "yesterday"}, 400),
        ("ai-scholar", {"limit": -1}, 400),
        ("ai-scholar", {"lmit": 1}, 400),
    ],
)
async def test_wrong_runs_are_not_asked_for(
    client: Client, world: World, name: str, body: Any, status: int
) -> None:
    answer = await client.post(f"{API}/{name}/run", json=body)
    assert answer.status_code == status
    assert world.bus.requests == []
