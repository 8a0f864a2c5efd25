from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import FetchAsked, PaperMeta, VersionInfo
from fakes_gateway import World
from gateway.ports import Found

Client = AsyncTestClient[Any]
Meta = Callable[..., PaperMeta]
KEY = "arxiv:2401.00001"
API = "/api/v1/papers"


def fill(world: World, meta: Meta, count: int) -> None:
    for n in range(count):
        day = f"2026-07-{10 + n % 4:02d}"
        world.add(meta(f"Paper {n}", announced=day), f"arxiv:2401.{n:05d}")


async def test_the_newest_come_first(client: Client, world: World, meta: Meta) -> None:
    fill(world, meta, 6)
    found = (await client.get(API)).json()
    days = [item["announced"] for item in found["items"]]
    assert days == sorted(days, reverse=True)
    assert found["next_cursor"] is None
    first = found["items"][0]
    assert first["links"]["self"] == f"/api/v1/papers/{first['id']}"
    assert first["links"]["page"] == f"/paper/{first['id'].removeprefix('arxiv:')}"


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
async def test_a_walk_has_no_gap_and_no_repeat(
    client: Client, world: World, meta: Meta, limit: int
) -> None:
    fill(world, meta, 23)
    seen: list[str] = []
    place: str | None = f"{API}?limit={limit}&category=cs.LG"
    while place:
        found = (await client.get(place)).json()
        assert len(found["items"]) <= limit
        seen += [item["id"] for item in found["items"]]
        place = found["next"]
    assert len(seen) == len(set(seen)) == 23


async def test_filters(client: Client, world: World, meta: Meta) -> None:
    fill(world, meta, 4)
    world.add(meta("Other", categories=("hep-th",), feeds=(), announced="2025-01-01"), KEY)
    for query, count in (
        ("category=hep-th", 1),
        ("category=hep-th,cs.LG", 4),
        ("category=hep-th&category=cs.LG", 4),
        ("feed=ai-scholar", 3),
        ("date_to=2025-12-31", 1),
        ("date_from=2026-01-01", 3),
        ("has_pdf=false", 0),
        ("full_text=true", 4),
    ):
        assert len((await client.get(f"{API}?{query}")).json()["items"]) == count, query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=WyJhIiwiYiJd", "cursor"),
        ("category=cs%20LG", "category"),
        ("date_from=nonsense", "date_from"),
        ("has_pdf=perhaps", "has_pdf"),
        ("feed=..%2F..", "feed"),
        ("categry=cs.LG", "categry"),
    ],
)
async def test_wrong_values_are_named(client: Client, query: str, field: str) -> None:
    answer = await client.get(f"{API}?{query}")
    assert answer.status_code == 400
    problem = answer.json()
    assert [one["field"] for one in problem["errors"]] == [field]
    assert problem["detail"]


@pytest.mark.parametrize(
    "written",
    [
        "2401.00001",
        "arXiv:2401.00001",
        "arXiv:2401.00001v1",
        "https://arxiv.org/abs/2401.00001",
        "http://export.arxiv.org/pdf/2401.00001v1.pdf",
        "10.48550/arXiv.2401.00001",
        "oai:arXiv.org:2401.00001",
        KEY,
    ],
)
async def test_a_paper_by_any_form_of_its_id(
    client: Client, world: World, meta: Meta, written: str
) -> None:
    world.add(meta(), KEY)
    for place in ("", "/timeline", "/summary", "/similar"):
        answer = await client.get(f"{API}/{written}{place}")
        assert answer.status_code == 200, place
    found = (await client.get(f"{API}/{written}")).json()
    assert (found["id"], found["state"], found["version"]) == (KEY, "ready", 1)
    assert found["summary"]["extractive"] is True
    assert found["links"]["source_abs"] == "https://arxiv.org/abs/2401.00001v1"


async def test_old_ids_and_dois_with_slashes(client: Client, world: World, meta: Meta) -> None:
    for key in ("arxiv:hep-th/9901001", "doi:10.1000/a/b"):
        world.add(meta(), key)
        for written in (key, key.removeprefix("arxiv:").replace("/", "%2F")):
            assert (await client.get(f"{API}/{written}")).json()["id"] == key
            assert (await client.get(f"{API}/{written}/timeline")).json()["paper"] == key


@pytest.mark.parametrize("written", ["x", "24.1", "../../etc/passwd", "%00", "'; drop", "a" * 3000])
async def test_hostile_ids(client: Client, written: str) -> None:
    for place in ("", "/timeline", "/pdf"):
        answer = await client.get(f"{API}/{written}{place}")
        assert answer.status_code in (400, 404)
        assert answer.headers["content-type"].startswith("application/problem+json")


async def test_versions(client: Client, world: World, meta: Meta) -> None:
    versions = tuple(VersionInfo(version=n) for n in (1, 2, 3))
    world.add(meta(versions=versions), KEY, version=3)
    assert (await client.get(f"{API}/2401.00001v2")).json()["note"].startswith("Version 2 was")
    answer = await client.get(f"{API}/2401.00001v9")
    assert answer.status_code == 404
    assert "newest one is 3" in answer.json()["detail"]


async def test_what_is_not_here_says_how_to_ask_for_it(client: Client) -> None:
    answer = await client.get(f"{API}/2401.99999")
    assert answer.status_code == 404
    assert '{"ids": ["arxiv:2401.99999"]}' in answer.json()["detail"]


async def test_the_timeline(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), KEY)
    found = (await client.get(f"{API}/{KEY}/timeline")).json()
    assert [step["name"] for step in found["steps"]][-1] == "notified"
    assert found["trace_id"] == "ab" * 16


async def test_a_paper_that_is_only_announced(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), KEY, upto="announced")
    found = (await client.get(f"{API}/{KEY}")).json()
    assert (found["state"], found["summary"], found["title"]) == (
        "announced",
        None,
        "Graph networks",
    )
    assert (await client.get(f"{API}/{KEY}/summary")).status_code == 404
    assert (await client.get(f"{API}/{KEY}/similar")).json()["items"] == []


async def test_a_lost_summary_leaves_its_short_form(
    client: Client, world: World, meta: Meta
) -> None:
    world.add(meta(), KEY)
    world.objects.bodies.clear()
    found = (await client.get(f"{API}/{KEY}/summary")).json()
    assert found["tldr"] == "In short: Graph networks"
    assert found["findings"] == ""


async def test_passages_carry_their_page(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), KEY)
    world.index.found[KEY] = [Found(paper=KEY, text="Graphs grow.", score=0.5, page=7)]
    (found,) = (await client.get(f"{API}/{KEY}/passages?q=graph")).json()["items"]
    assert (found["page"], found["snippet"][0]) == (7, {"text": "Graphs", "marked": True})
    assert found["at_page"] == f"{API}/{KEY}/pdf?inline=true#page=7"
    assert (await client.get(f"{API}/{KEY}/passages")).json()["errors"][0]["field"] == "q"
    assert (await client.get(f"{API}/2401.99999/passages?q=x")).status_code == 404


async def test_papers_are_asked_for_on_the_bus(client: Client, world: World) -> None:
    body = {"ids": ["arXiv:2401.00001v2", "https://arxiv.org/abs/2401.00002", "2401.00002"]}
    answer = await client.post(API, json=body)
    assert answer.status_code == 202
    job = answer.json()["request_id"]
    assert answer.headers["location"] == f"/api/v1/jobs/{job}"
    (asked,) = world.bus.requests
    assert isinstance(asked, FetchAsked)
    assert asked.job == job
    assert asked.ids == ("arxiv:2401.00001v2", "arxiv:2401.00002")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"ids":[]}',
        b'{"ids":["x"]}',
        b'{"ids":[1]}',
        b'{"ids":["2401.00001"],"more":1}',
        b'{"ids":' + b'["2401.00001"' + b',"2401.00001"' * 200 + b"]}",
    ],
)
async def test_wrong_bodies_change_nothing(client: Client, world: World, body: bytes) -> None:
    answer = await client.post(API, content=body)
    assert answer.status_code == 400
    assert world.bus.requests == []


async def test_idempotency(client: Client, world: World) -> None:
    one, two = {"ids": ["2401.00001"]}, {"ids": ["2401.00002"]}
    headers = {"Idempotency-Key": "abc"}
    first = await client.post(API, json=one, headers=headers)
    again = await client.post(API, json=one, headers=headers)
    assert first.json() == again.json()
    assert len(world.bus.requests) == 1
    assert (await client.post(API, json=two, headers=headers)).status_code == 422
    assert (await client.post(API, json=two, headers={"Idempotency-Key": " "})).status_code == 400


async def test_etags(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), KEY)
    for place in (API, f"{API}/{KEY}"):
        first = await client.get(place)
        again = await client.get(place, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        other = await client.get(place, headers={"If-None-Match": '"x"'})
        assert other.status_code == 200


async def test_stores_that_are_down_are_told(client: Client, world: World) -> None:
    world.index.down = True
    answer = await client.get(API)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "qdrant" in answer.json()["detail"]
    world.bus.down = True
    assert (await client.post(API, json={"ids": ["2401.00001"]})).status_code == 503
