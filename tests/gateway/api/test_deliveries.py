from typing import Any

import msgspec
from litestar.testing import AsyncTestClient

from common.watches import Delivery, record_key
from fakes_gateway import World

Client = AsyncTestClient[Any]
API = "/api/v1/deliveries"


async def fill(world: World, count: int) -> None:
    for n in range(count):
        told = Delivery(
            id=f"msg_{n}",
            watch=f"w{n % 2}",
            paper=f"arxiv:2401.{n:05d}",
            version=1,
            moment="summary",
            channel="mail",
            place="a@b.example",
            state="sent",
            created=f"2026-07-14T08:00:{n // 2:02d}Z",
            at="2026-07-14T09:00:00Z",
            code=250,
            event=msgspec.Raw(b'{"secret":"x"}'),
        )
        name = record_key(told.watch, told.paper, "summary")
        await world.deliveries.put(name, msgspec.json.encode(told))
    await world.deliveries.put("open.x", b"")
    await world.deliveries.put("told.broken", b"{")


async def test_the_newest_first_without_gap_or_repeat(client: Client, world: World) -> None:
    await fill(world, 11)
    seen: list[str] = []
    place: str | None = f"{API}?limit=3"
    while place:
        found = (await client.get(place)).json()
        seen += [one["id"] for one in found["items"]]
        place = found["next"]
    assert seen[0] == "msg_10"
    assert len(seen) == len(set(seen)) == 11


async def test_of_one_watch(client: Client, world: World) -> None:
    await fill(world, 5)
    answer = await client.get(f"{API}?watch=w1")
    assert {one["watch"] for one in answer.json()["items"]} == {"w1"}
    assert "secret" not in answer.text
