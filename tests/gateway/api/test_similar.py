"""Papers similar to what is named, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World

Client = AsyncTestClient[Any]
HERE = "/api/v1/similar"


@pytest.fixture(autouse=True)
def papers(world: World, meta: Callable[..., PaperMeta]) -> None:
    titles = ["Graph networks", "Graph walks", "Bandit regret", "Bandit graph", "Protein folding"]
    for number, title in enumerate(titles, start=1):
        more = {"announced": f"2026-07-{number:02d}", "abstract": "", "feeds": ()}
        world.add(meta(title, **more), f"arxiv:2401.{number:05d}")


async def told(client: Client, **asked: Any) -> list[str]:
    answer = await client.post(HERE, json=asked)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def test_similar_to_several_without_them(client: Client) -> None:
    assert (await told(client, papers=["2401.00001", "arXiv:2401.00001v1"]))[0] in {
        "Graph walks",
        "Bandit graph",
    }
    assert "Graph networks" not in await told(client, papers=["2401.00001"], limit=100)
    both = await told(client, papers=["2401.00001", "2401.00003"], limit=2)
    assert set(both) == {"Graph walks", "Bandit graph"}


async def test_similar_to_a_tag_and_to_a_text(client: Client) -> None:
    await client.put("/api/v1/library/papers/2401.00003", json={"tags": ["luck"]})
    assert (await told(client, tag="luck"))[0] == "Bandit graph"
    answer = await client.post(HERE, json={"text": "  protein\n folding ", "explain": True})
    (item,) = answer.json()["items"]
    assert (item["title"], item["reason"]) == ("Protein folding", "Near your text in words")
    assert [part["name"] for part in item["explain"]] == ["words"]


async def test_the_newest_of_those_near_and_filters(client: Client) -> None:
    asked = {"papers": ["2401.00005"]}
    assert await told(client, **asked, sort="date", limit=2) == ["Bandit graph", "Bandit regret"]
    assert len(await told(client, **asked, date_to="2026-07-02")) == 2
    assert await told(client, **asked, category=["math.AG"]) == []


@pytest.mark.parametrize(
    ("body", "status", "told_of"),
    [
        ({}, 400, "papers: are missing; name papers, one of your tags, or a text"),
        ({"tag": "none"}, 400, "is not one of your tags"),
        ({"papers": ["2401.99999"]}, 404, "arxiv:2401.99999 is not in the index"),
        ({"papers": ["x y"]}, 400, "is not a paper id"),
        ({"text": " "}, 400, "text: is empty"),
        ({"text": "a", "sort": "size"}, 400, "sort"),
        ({"text": "a", "limit": 101}, 400, "limit"),
    ],
)
async def test_what_is_wrong_is_said(
    client: Client, body: dict[str, Any], status: int, told_of: str
) -> None:
    answer = await client.post(HERE, json=body)
    assert answer.status_code == status
    assert told_of in answer.json()["detail"]


async def test_one_paper_has_filters_and_an_order_too(client: Client) -> None:
    here = "/api/v1/papers/2401.00001/similar"
    for asked, first in (({"sort": "date"}, "Protein folding"), ({"sort": "blend"}, None)):
        found = (await client.get(here, params=asked)).json()["items"]
        assert len(found) == 4
        assert first in (None, found[0]["title"])
    found = (await client.get(here, params={"date_from": "2026-07-04", "limit": 1})).json()
    assert [item["title"] for item in found["items"]] == ["Protein folding"]
    wrong = await client.get(here, params={"sort": "size"})
    assert "similarity, date, blend" in wrong.json()["detail"]
