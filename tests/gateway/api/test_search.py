from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World

Client = AsyncTestClient[Any]
Meta = Callable[..., PaperMeta]
API = "/api/v1/search"


async def test_hits_have_score_snippet_and_time(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), "arxiv:2401.00001")
    found = (await client.get(f"{API}?q=graph+networks")).json()
    assert found["mode"] == "hybrid"
    assert found["took_ms"] >= 0
    (hit,) = found["items"]
    assert hit["score"] > 0
    assert [run["text"] for run in hit["snippet"] if run["marked"]] == ["graph", "networks"]


@pytest.mark.parametrize(
    "written", ["2401.00001", "arXiv:2401.00001v3", "10.48550/arXiv.2401.00001"]
)
async def test_an_id_goes_straight_to_its_paper(
    client: Client, world: World, meta: Meta, written: str
) -> None:
    world.add(meta(), "arxiv:2401.00001")
    world.add(meta(), "arxiv:2401.00002")
    found = (await client.get(API, params={"q": written})).json()
    assert found["paper"] == "arxiv:2401.00001"
    assert [hit["id"] for hit in found["items"]] == ["arxiv:2401.00001"]


async def test_a_walk_has_no_gap_and_no_repeat_and_ends_at_a_hundred(
    client: Client, world: World, meta: Meta
) -> None:
    for n in range(130):
        world.add(meta(f"Graph {n}"), f"arxiv:2401.{n:05d}", upto="embedded")
    seen: list[str] = []
    place: str | None = f"{API}?q=graph&limit=30"
    while place:
        found = (await client.get(place)).json()
        seen += [hit["id"] for hit in found["items"]]
        place = found["next"]
    assert len(seen) == len(set(seen)) == 100


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=%00", "q"),
        ("q=" + "x" * 1001, "q"),
        ("q=x&mode=fuzzy", "mode"),
        ("q=x&cursor=%F0", "cursor"),
        ("q=x&limit=1000", "limit"),
        ("q=x&sort=new", "sort"),
    ],
)
async def test_wrong_questions(client: Client, query: str, field: str) -> None:
    answer = await client.get(f"{API}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


async def test_a_cursor_of_another_question_is_refused(
    client: Client, world: World, meta: Meta
) -> None:
    for n in range(5):
        world.add(meta(f"Graph {n}"), f"arxiv:2401.{n:05d}", upto="embedded")
    cursor = (await client.get(f"{API}?q=graph&limit=2")).json()["next_cursor"]
    assert (await client.get(f"{API}?q=networks&limit=2&cursor={cursor}")).status_code == 400
