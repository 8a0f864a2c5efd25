"""Bringing papers into a library, over HTTP."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import FetchAsked, PaperMeta
from fakes_gateway import World
from gateway.importing import bringing
from gateway.shelf import shelves
from gateway.shelf.shelf import Shelf

Client = AsyncTestClient[Any]
LIBRARY = "/api/v1/library"
HERE = f"{LIBRARY}/import"
BIBTEX = {"Content-Type": "application/x-bibtex"}


@pytest.fixture(autouse=True)
def papers(world: World, meta: Callable[..., PaperMeta]) -> None:
    for number in range(1, 6):
        world.add(meta(f"Paper {number}"), f"arxiv:2401.{number:05d}")
    world.add(meta("Printed", doi="10.1000/Xyz"), "arxiv:hep-th/9901001")


async def bring(client: Client, text: str, **asked: Any) -> dict[str, Any]:
    answer = await client.post(HERE, content=text.encode(), params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def kept(client: Client) -> dict[str, tuple[list[str], str, str]]:
    items = (await client.get(LIBRARY, params={"limit": 100})).json()["items"]
    return {
        one["id"]: (one.get("tags", []), one.get("state", "none"), one.get("opinion", "none"))
        for one in items
    }


async def test_known_papers_are_kept_and_others_asked_for(client: Client, world: World) -> None:
    await client.put(f"{LIBRARY}/papers/2401.00001", json={"opinion": "like", "tags": ["old"]})
    told = await bring(
        client,
        "2401.00001\n2401.00002\n2401.00002v1\n10.1000/XYZ\n2402.00001\n10.1000/unknown\nnonsense",
        tag=["thesis", "b"],
    )
    found = {name: told[name] for name in ("format", "added", "there", "asked")}
    assert found == {"format": "ids", "added": 2, "there": 1, "asked": 1}
    assert [(one["line"], one["text"]) for one in told["not_understood"]] == [
        (6, "10.1000/unknown"),
        (7, "nonsense"),
    ]
    assert await kept(client) == {
        "arxiv:2401.00001": (["b", "old", "thesis"], "none", "like"),
        "arxiv:2401.00002": (["b", "thesis"], "none", "none"),
        "arxiv:hep-th/9901001": (["b", "thesis"], "none", "none"),
        "arxiv:2402.00001": (["b", "thesis"], "none", "none"),
    }
    (asked,) = world.bus.requests
    assert isinstance(asked, FetchAsked)
    assert asked.ids == ("arxiv:2402.00001",)
    (job,) = told["jobs"]
    assert (await client.get(job)).json()["kind"] == "fetch"


async def test_again_changes_nothing(client: Client, world: World) -> None:
    text = "2401.00001\n2402.00001\n2402.00002"
    first = await bring(client, text, state="read")
    values = dict(world.library.values)
    again = await bring(client, text, state="read")
    assert world.library.values == values
    assert (again["added"], again["there"], again["asked"]) == (0, 1, 2)
    assert again["jobs"] == first["jobs"]
    assert len(world.bus.requests) == 1


async def test_without_a_tag_they_are_to_be_read(client: Client) -> None:
    answer = await client.post(
        HERE, content=b"@misc{x, doi={10.1000/xyz}}\n@misc{y, title={No}}", headers=BIBTEX
    )
    told = answer.json()
    assert (told["format"], told["added"]) == ("bibtex", 1)
    assert told["not_understood"][0]["line"] == 2
    assert await kept(client) == {"arxiv:hep-th/9901001": ([], "to_read", "none")}


@pytest.mark.parametrize(
    ("asked", "body", "status", "told"),
    [
        ({"format": "endnote"}, "2401.00001", 400, "is not one of bibtex, ris, opml, json, ids"),
        ({"tag": "a,b"}, "2401.00001", 400, "may not hold a comma"),
        ({"state": "later"}, "2401.00001", 400, "state"),
        ({}, "", 400, "is empty"),
        ({"format": "json"}, '{"format": "other", "version": 1, "papers": []}', 400, "is other 1"),
        ({"format": "json"}, '{"format": "paperbus-library"', 400, "is not a library"),
        ({"format": "opml"}, "<opml>", 400, "is not OPML"),
        ({"format": "ids"}, "2401.00001\n" * 5001, 413, "5001 entries"),
        ({"surprise": "1"}, "2401.00001", 400, "is not a parameter"),
    ],
)
async def test_bad_input_changes_nothing(
    client: Client, world: World, asked: dict[str, str], body: str, status: int, told: str
) -> None:
    answer = await client.post(HERE, content=body.encode(), params=asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.text
    assert world.library.values == {}
    assert world.bus.requests == []


async def test_what_does_not_fit_is_told_before_anything_is_written(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "MAX_PAPERS", 2)
    answer = await client.post(HERE, content=b"2401.00001\n2401.00002\n2402.00001")
    assert answer.status_code == 409
    assert "would hold 3 papers" in answer.text
    assert (world.library.values, world.bus.requests) == ({}, [])
    world.bus.down = True
    answer = await client.post(HERE, content=b"2401.00001\n2402.00001")
    assert answer.status_code == 503
    assert world.library.values == {}


async def test_feeds_are_only_suggested(client: Client, world: World) -> None:
    told = await bring(
        client, '<opml><body><outline xmlUrl="https://rss.arxiv.org/rss/cs.LG"/></body></opml>'
    )
    (feed,) = told["suggestions"]
    assert feed["categories"] == ["cs.LG"]
    assert (told["added"], world.library.values, world.bus.requests) == (0, {}, [])


async def test_the_whole_library_there_and_back(client: Client, world: World) -> None:
    for number, said in enumerate(
        (
            {"opinion": "like", "tags": ["a", "b c"]},
            {"opinion": "dislike"},
            {"state": "reading", "tags": ["\u00fc"]},
        ),
        start=1,
    ):
        await client.put(f"{LIBRARY}/papers/2401.{number:05d}", json=said)
    await bring(client, "2403.00001", tag="away")
    before = (await client.get(f"{LIBRARY}/export")).text
    values = {name: entry.value for name, entry in world.library.values.items()}
    for paper in ("2401.00001", "2401.00002", "2401.00003", "2403.00001"):
        await client.delete(f"{LIBRARY}/papers/{paper}")
    assert world.library.values == {}
    told = await bring(client, before)
    assert (told["format"], told["added"], told["asked"], told["not_understood"]) == (
        *("json", 3, 1),
        [],
    )
    assert {name: entry.value for name, entry in world.library.values.items()} == values
    assert (await client.get(f"{LIBRARY}/export")).text == before


async def test_json_that_is_partly_wrong_and_what_was_said_meanwhile(client: Client) -> None:
    await client.put(f"{LIBRARY}/papers/2401.00001", json={"opinion": "dislike", "tags": ["new"]})
    papers = [
        {"paper": "2401.00001", "opinion": "like", "tags": ["old"], "state": "read", "later": 1},
        {"paper": "arxiv:2401.00002", "at": "2999-01-01T00:00:00Z", "opinion": "like"},
        {"paper": "10.1000/nowhere", "opinion": "like", "at": "whenever"},
        {"paper": "arxiv:2401.00003", "opinion": "love"},
        {"paper": "what?", "opinion": "like"},
        {"paper": "2401.00004", "tags": [f"t{n}" for n in range(51)]},
        7,
    ]
    document = {"format": "paperbus-library", "version": 1, "papers": papers}
    told = await bring(client, json.dumps(document))
    assert [one["line"] for one in told["not_understood"]] == [4, 5, 6, 7]
    assert "at most 50" in told["not_understood"][2]["why"]
    assert (told["added"], told["there"], told["asked"]) == (2, 1, 0)
    assert await kept(client) == {
        "arxiv:2401.00001": (["new", "old"], "read", "dislike"),
        "arxiv:2401.00002": ([], "none", "like"),
        "doi:10.1000/nowhere": ([], "none", "like"),
    }
    ats = [one["at"] for one in (await client.get(LIBRARY)).json()["items"]]
    assert all(at.startswith("20") and not at.startswith("2999") for at in ats)


async def test_many_at_once(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each paper is one small write, and the shelf is not put together anew for each."""
    made: list[int] = []

    class Counted(Shelf):
        def __init__(self, *given: Any) -> None:
            made.append(1)
            super().__init__(*given)

    monkeypatch.setattr(shelves, "Shelf", Counted)
    told = await bring(client, "\n".join(f"2403.{n:05d}" for n in range(1, 1202)))
    assert (told["asked"], len(told["jobs"])) == (1201, 2)
    assert len(world.library.values) == 1201
    assert len(made) < 5
