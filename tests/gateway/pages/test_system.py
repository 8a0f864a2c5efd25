from typing import Any

import msgspec
from litestar.testing import AsyncTestClient

from common.kv import key
from fakes_gateway import World

Client = AsyncTestClient[Any]


async def test_feeds_and_their_verdicts(client: Client, world: World) -> None:
    run = {
        "feed": "ai-scholar",
        "started": "2026-07-14T08:00:00Z",
        "verdict": "not yet announced",
        "reason": "arXiv announces next on 2026-07-15",
    }
    await world.sources.put(key("run", "ai-scholar", "1"), msgspec.json.encode(run))
    html = (await client.get("/feeds")).text
    assert "not yet announced" in html
    assert "arXiv announces next" in html
    asked = await client.post("/feeds/ai-scholar/run")
    assert "AI scholar was asked to run" in asked.text
    assert len(world.bus.requests) == 1


async def test_status_has_a_page_also_when_all_is_down(client: Client, world: World) -> None:
    assert "answers" in (await client.get("/status")).text
    world.bus.down = world.index.down = True
    answer = await client.get("/status")
    assert answer.status_code == 200
    assert "nats: gone" in answer.text
