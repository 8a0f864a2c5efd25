from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from common.ranking.recipe import RECIPE
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


@pytest.mark.parametrize(
    ("query", "position", "length"),
    [
        ('graph "nets', 7, 1),
        ("  graph ti: nets", 9, 3),
        ("graph year:soon", 7, 9),
        ("graph nets OR walks", 12, 2),
        ("tag:none", 1, 8),
        ("x" * 1001, 1001, 1),
    ],
)
async def test_a_mistake_is_told_with_its_position(
    client: Client, query: str, position: int, length: int
) -> None:
    for path in (API, f"{API}/facets"):
        answer = await client.get(path, params={"q": query})
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        (error,) = answer.json()["errors"]
        assert (error["field"], error["position"], error["length"]) == ("q", position, length)
        assert f"(position {position})" in answer.json()["detail"]
    (other,) = (await client.get(f"{API}?q=x&mode=fuzzy")).json()["errors"]
    assert (other["position"], other["length"]) == (None, None)


async def test_every_page_says_why(client: Client, world: World, meta: Meta) -> None:
    for n in range(7):
        world.add(meta(f"Graph {n}"), f"arxiv:2401.{n:05d}", upto="embedded")
    place: str | None = f"{API}?q=graph&limit=3&explain=true"
    ranks = []
    while place:
        found = (await client.get(place)).json()
        assert found["recipe"] == RECIPE.version
        for hit in found["items"]:
            told = hit["explanation"]
            assert told["recipe"] == RECIPE.version
            assert sum(part["share"] for part in told["parts"]) == pytest.approx(
                hit["score"], abs=1e-4
            )
            ranks += [part["rank"] for part in told["parts"]]
            assert told["matched"][0] == {"text": "graph", "place": "title", "count": 1}
        place = found["next"]
    assert ranks == [1, 2, 3, 4, 5, 6, 7]
    silent = (await client.get(f"{API}?q=graph")).json()
    assert all(hit["explanation"] is None for hit in silent["items"])


async def test_by_day_there_is_no_ranking(client: Client, world: World, meta: Meta) -> None:
    for n in range(130):
        world.add(meta(f"Graph {n}"), f"arxiv:2401.{n:05d}", upto="embedded")
    seen: list[str] = []
    place: str | None = f"{API}?q=graph+networks&sort=newest&limit=50"
    while place:
        found = (await client.get(place)).json()
        assert (found["sort"], found["recipe"]) == ("newest", "")
        seen += [hit["id"] for hit in found["items"]]
        place = found["next"]
    assert len(seen) == len(set(seen)) == 130
    assert (await client.get(f"{API}?q=graph+zebra&sort=newest")).json()["items"] == []


async def test_a_pasted_abstract_is_asked_as_it_is(
    client: Client, world: World, meta: Meta
) -> None:
    abstract = 'We show: nets (of "many" kinds -- new) OR au:walks' + ", and more of it" * 15
    world.add(meta("On nets", abstract=abstract), "arxiv:2401.00001", upto="embedded")
    found = (await client.get(API, params={"q": abstract})).json()
    assert [hit["id"] for hit in found["items"]] == ["arxiv:2401.00001"]
    short = {"q": "nets OR au:walks"}
    assert (await client.get(API, params=short)).status_code == 400
    plain = (await client.get(API, params={**short, "plain": "true"})).json()
    assert [hit["id"] for hit in plain["items"]] == ["arxiv:2401.00001"]


async def test_one_s_own_papers(client: Client, world: World, meta: Meta) -> None:
    for n in range(5):
        world.add(meta(f"Graph {n}"), f"arxiv:2401.{n:05d}", upto="embedded")
    for n, said in enumerate(({"opinion": "like", "tags": ["mine"]}, {"state": "read"})):
        put = await client.put(f"/api/v1/library/papers/2401.{n:05d}", json=said)
        assert put.is_success
    for query, numbers in (
        ("scope=library", {0, 1}),
        ("scope=all", {0, 1, 2, 3, 4}),
        ("tag=mine", {0}),
        ("read=true", {1}),
        ("read=false", {0, 2, 3, 4}),
        ("scope=library&read=false", {0}),
    ):
        for place in (f"{API}?q=graph&{query}", f"{API}?q=graph&sort=newest&{query}"):
            found = (await client.get(place)).json()
            assert {hit["id"] for hit in found["items"]} == {
                f"arxiv:2401.{n:05d}" for n in numbers
            }, query
        spread = (await client.get(f"{API}/facets?q=graph&{query}")).json()
        assert spread["total"] == len(numbers), query
    in_words = (await client.get(f"{API}?q=graph+-tag:mine")).json()
    assert len(in_words["items"]) == 4
    for query, field in (("tag=yours", "tag"), ("scope=mine", "scope"), ("read=maybe", "read")):
        answer = await client.get(f"{API}?q=graph&{query}")
        assert answer.json()["errors"][0]["field"] == field


async def test_facets_count_all_that_fit(client: Client, world: World, meta: Meta) -> None:
    for n in range(30):
        world.add(meta(f"Graph {n}"), f"arxiv:2401.{n:05d}", upto="embedded")
    found = (await client.get(f"{API}/facets?q=graph&category=cs.LG")).json()
    assert (found["total"], found["words"]) == (30, True)
    assert found["categories"][0] == {"value": "cs.LG", "count": 30}
    assert found["feeds"] == [{"value": "ai-scholar", "count": 30}]
    assert found["months"] == [{"value": "2026-07", "count": 30}]
    assert found["licences"] == [{"value": "cc-by", "count": 30}]
    assert (await client.get(f"{API}/facets?q=graph&limit=3")).status_code == 400
    world.index.down = True
    assert (await client.get(f"{API}/facets?q=graph")).status_code == 503
