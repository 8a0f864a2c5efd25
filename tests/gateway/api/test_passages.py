from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World
from gateway.ports import Found

Client = AsyncTestClient[Any]
Meta = Callable[..., PaperMeta]
API = "/api/v1/passages"
KEYS = ("arxiv:2401.00001", "arxiv:2401.00002")


@pytest.fixture
def papers(world: World, meta: Meta) -> None:
    for n, key in enumerate(KEYS):
        world.add(meta(categories=(("cs.LG", "cs.CL")[n],), announced=f"2026-07-1{n}"), key)
        world.index.found[key] = [
            Found(paper=key, text=f"Graphs grow, {no}.", score=0.9 - n / 10 - no / 100, page=no)
            for no in range(5)
        ]


@pytest.mark.usefixtures("papers")
async def test_passages_of_all_papers(client: Client) -> None:
    found = (await client.get(f"{API}?q=graph")).json()
    assert found["query"] == "graph"
    assert found["took_ms"] >= 0
    assert [hit["paper"] for hit in found["items"]] == [KEYS[0]] * 3 + [KEYS[1]] * 3
    hit = found["items"][1]
    assert hit["title"] == "Graph networks"
    assert (hit["page"], hit["links"]["at_page"]) == (
        1,
        f"/api/v1/papers/{KEYS[0]}/pdf?inline=true#page=1",
    )
    assert [run["text"] for run in hit["snippet"] if run["marked"]] == ["Graphs"]
    assert "next" not in found


@pytest.mark.usefixtures("papers")
async def test_filters_and_mistakes(client: Client) -> None:
    for query, papers in (
        ("category=cs.CL", {KEYS[1]}),
        ("feed=ai-scholar", set(KEYS)),
        ("feed=other", set()),
        ("date_from=2026-07-11", {KEYS[1]}),
        ("date_to=2026-07-10", {KEYS[0]}),
        ("ids=2401.00002", {KEYS[1]}),
        ("ids=arXiv:2401.00002v1,2401.00001", set(KEYS)),
        ("ids=2401.00009", set()),
        ("limit=2", {KEYS[0]}),
    ):
        found = (await client.get(f"{API}?q=graph&{query}")).json()
        assert {hit["paper"] for hit in found["items"]} == papers, query
    for query, field in (
        ("", "q"),
        ("q=+", "q"),
        ("q=x&limit=51", "limit"),
        ("q=x&ids=not+an+id", "ids"),
        ("q=x&ids=" + "2401.00001," * 101, "ids"),
        ("q=x&category=%3C", "category"),
        ("q=x&date_from=soon", "date_from"),
        ("q=x&has_pdf=true", "has_pdf"),
        ("q=x&cursor=a", "cursor"),
    ):
        answer = await client.get(f"{API}?{query}")
        assert answer.status_code == 400, query
        assert answer.json()["errors"][0]["field"] == field, query


async def test_an_index_that_is_away(client: Client, world: World) -> None:
    world.index.down = True
    answer = await client.get(f"{API}?q=graph")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
