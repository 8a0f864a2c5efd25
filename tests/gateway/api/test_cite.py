"""Citations of a paper, a library and a search, over HTTP."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World
from gateway.citing.formats import FORMATS

Client = AsyncTestClient[Any]
LIBRARY = "/api/v1/library"
NAMED = "is not one of bibtex, ris, csl-json, csv, markdown"


@pytest.fixture(autouse=True)
def papers(world: World, meta: Callable[..., PaperMeta]) -> None:
    for number in range(1, 6):
        world.add(meta(f"Paper {number}", submitted="2026-07-13"), f"arxiv:2401.{number:05d}")
    world.add(meta("An old one", doi="10.1000/Xyz"), "arxiv:hep-th/9901001")


async def put(client: Client, paper: str, **said: Any) -> None:
    answer = await client.put(f"{LIBRARY}/papers/{paper}", json=said)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", FORMATS)
async def test_a_paper_in_every_format(client: Client, name: str) -> None:
    form = FORMATS[name]
    place = "/api/v1/papers/hep-th/9901001/cite"
    answer = await client.get(place, params={"format": name})
    assert answer.headers["content-type"].split(";")[0] == form.media_type
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="hep-th_9901001.{form.suffix}"'
    )
    assert "An old one" in answer.text
    assert "10.1000/Xyz" in answer.text or name == "csl-json"
    tag = {"If-None-Match": answer.headers["etag"]}
    again = await client.get(place, params={"format": name}, headers=tag)
    assert (again.status_code, again.content) == (304, b"")


async def test_bibtex_is_what_one_gets(client: Client, world: World) -> None:
    del world.index.cards["arxiv:2401.00001"]
    answer = await client.get("/api/v1/papers/2401.00001/cite?inline=true")
    assert answer.text.startswith("@misc{lovelace2026paper-2401.00001,")
    assert answer.headers["content-disposition"].startswith("inline;")


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("/api/v1/papers/2401.00001/cite?format=word", f"'word' {NAMED}"),
        (f"{LIBRARY}/export?format=word", f"'word' {NAMED}, json"),
        ("/api/v1/search/export?q=paper&format=jsonl", f"'jsonl' {NAMED}"),
    ],
)
async def test_a_format_there_is_not(client: Client, place: str, told: str) -> None:
    answer = await client.get(place)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error == {"field": "format", "message": told, "position": None, "length": None}


async def test_a_state_there_is_not(client: Client) -> None:
    answer = await client.get(f"{LIBRARY}/export?state=later")
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["field"] == "state"
    assert "none, to_read, reading, read" in error["message"]


async def test_a_paper_that_is_not_here(client: Client) -> None:
    answer = await client.get("/api/v1/papers/2401.99999/cite")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_library_is_exported_by_id_and_narrowed(client: Client, world: World) -> None:
    for paper in ("2401.00003", "2401.00001", "hep-th/9901001"):
        await put(client, paper, tags=["x"])
    await put(client, "2401.00002", opinion="like", state="read")
    place = f"{LIBRARY}/export"
    answer = await client.get(place, params={"format": "csl-json"})
    numbers = ["2401.00001", "2401.00002", "2401.00003", "hep-th/9901001"]
    assert [item["archive_location"] for item in answer.json()] == numbers
    assert answer.headers["content-disposition"] == (
        'attachment; filename="paperbus-library.csl.json"'
    )
    tag = {"If-None-Match": answer.headers["etag"]}
    same = await client.get(place, params={"format": "csl-json"}, headers=tag)
    assert same.status_code == 304
    for asked, count in (({"tag": "x"}, 3), ({"state": "read"}, 1), ({"opinion": "dislike"}, 0)):
        found = await client.get(place, params={"format": "csl-json", **asked})
        assert len(found.json()) == count, asked
    foreign = await client.get(place, params={"format": "ris", "tag": "y"})
    assert foreign.status_code == 400
    assert "'y' is not one of your tags" in foreign.text


async def test_what_the_index_has_lost_is_exported_all_the_same(
    client: Client, world: World
) -> None:
    await put(client, "2401.00001", opinion="like")
    await put(client, "2401.00002", opinion="like")
    world.index.cards.clear()
    world.ledger.rows.pop("arxiv:2401.00002")
    answer = await client.get(f"{LIBRARY}/export", params={"format": "markdown"})
    first, second = answer.text.splitlines()
    assert "[Paper 1](<https://arxiv.org/abs/2401.00001>)" in first
    assert r"[arxiv:2401.00002](<https://arxiv.org/abs/2401.00002>)" in second


async def test_the_whole_library_as_json(client: Client) -> None:
    await put(client, "hep-th/9901001", tags=["x", "y"], opinion="like")
    answer = await client.get(f"{LIBRARY}/export")
    told = json.loads(answer.text)
    (paper,) = told.pop("papers")
    assert told == {"format": "paperbus-library", "version": 1}
    assert paper.pop("at")
    assert paper == {
        "paper": "arxiv:hep-th/9901001",
        "title": "An old one",
        "authors": ["Ada Lovelace", "Alan Turing"],
        "doi": "10.1000/Xyz",
        "url": "https://arxiv.org/abs/hep-th/9901001",
        "opinion": "like",
        "tags": ["x", "y"],
    }


async def test_a_search_is_exported_in_its_order(client: Client) -> None:
    found = (await client.get("/api/v1/search", params={"q": "paper 3"})).json()["items"]
    answer = await client.get("/api/v1/search/export", params={"q": "paper 3", "format": "ris"})
    shown = [line[6:] for line in answer.text.splitlines() if line.startswith("TI  - ")]
    assert shown == [item["title"] for item in found]
    assert len(shown) > 1
    assert answer.headers["content-disposition"].startswith(
        'attachment; filename="paperbus-search-20'
    )
    assert (await client.get("/api/v1/search/export")).json()["errors"][0]["field"] == "q"
