"""What a person says of papers, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World

Client = AsyncTestClient[Any]
HERE = "/api/v1/library"
ONE = f"{HERE}/papers/2401.00001"


@pytest.fixture(autouse=True)
def papers(world: World, meta: Callable[..., PaperMeta]) -> None:
    for number in range(1, 6):
        world.add(meta(f"Paper {number}"), f"arxiv:2401.{number:05d}")
    world.add(meta("An old one"), "arxiv:hep-th/9901001")


async def put(client: Client, number: int, **said: Any) -> dict[str, Any]:
    answer = await client.put(f"{HERE}/papers/2401.{number:05d}", json=said)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def shown(client: Client, **asked: Any) -> list[str]:
    found = (await client.get(HERE, params=asked)).json()
    return [item["paper"]["title"] for item in found["items"]]


async def test_only_what_is_named_changes(client: Client) -> None:
    assert (await client.get(ONE)).status_code == 404
    first = await put(client, 1, opinion="like", tags=["b", " a  word "])
    assert (first["opinion"], first["tags"], first["state"]) == ("like", ["a word", "b"], "none")
    second = await put(client, 1, state="reading")
    assert second == {**first, "state": "reading", "at": second["at"]}
    assert second["at"] > first["at"]
    assert await put(client, 1, state="reading") == second, "the same again is no change"
    assert (await client.get(ONE)).json() == second


async def test_the_library_is_narrowed_and_paged(client: Client) -> None:
    await put(client, 1, opinion="like")
    await put(client, 2, opinion="dislike")
    await put(client, 3, tags=["x"], state="to_read")
    await put(client, 4, tags=["x", "y"])
    await put(client, 5, state="read")
    await put(client, 5, state="none")
    assert await shown(client) == ["Paper 4", "Paper 3", "Paper 2", "Paper 1"]
    assert await shown(client, tag="x") == ["Paper 4", "Paper 3"]
    assert await shown(client, state="to_read") == ["Paper 3"]
    assert await shown(client, opinion="dislike") == ["Paper 2"]
    met, place = [], f"{HERE}?limit=3"
    while place:
        found = (await client.get(place)).json()
        assert found["total"] == 4
        met += [item["id"] for item in found["items"]]
        place = found.get("next")
    assert met == [f"arxiv:2401.{n:05d}" for n in (4, 3, 2, 1)]
    foreign = found = (await client.get(HERE, params={"limit": 1})).json()["next_cursor"]
    answer = await client.get(HERE, params={"cursor": foreign, "tag": "x"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "cursor"


async def test_tags_are_counted(client: Client) -> None:
    await put(client, 1, tags=["b", "A"])
    await put(client, 2, tags=["b"])
    found = await client.get(f"{HERE}/tags")
    assert found.json()["items"] == [{"tag": "A", "papers": 1}, {"tag": "b", "papers": 2}]
    again = await client.get(f"{HERE}/tags", headers={"If-None-Match": found.headers["etag"]})
    assert again.status_code == 304


async def test_what_is_taken_out_is_gone(client: Client, world: World) -> None:
    await put(client, 1, opinion="like")
    for _ in range(2):
        assert (await client.delete(ONE)).status_code == 204
        assert (await client.get(ONE)).status_code == 404
    assert world.library.values == {}


@pytest.mark.parametrize("paper", ["hep-th/9901001", "arXiv:hep-th/9901001v2", "hep-th%2F9901001"])
async def test_an_id_may_hold_a_slash(client: Client, paper: str) -> None:
    answer = await client.put(f"{HERE}/papers/{paper}", json={"opinion": "like"})
    assert answer.json()["id"] == "arxiv:hep-th/9901001"


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ({"tags": [""]}, "tag", "is empty; write a word"),
        ({"tags": ["x" * 65]}, "tag", "has 65 characters; write at most 64"),
        ({"tags": ["a,b"]}, "tag", "may not hold a comma"),
        ({"tags": ["a\u200bb"]}, "tag", "may not hold"),
        ({"tags": [f"t{n}" for n in range(51)]}, "tags", "are 51; a paper may have at most 50"),
    ],
)
async def test_what_is_wrong_names_the_field_and_the_mend(
    client: Client, world: World, body: dict[str, Any], field: str, told: str
) -> None:
    answer = await client.put(ONE, json=body)
    assert answer.status_code == 400
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert told in error["message"]
    assert world.library.values == {}


@pytest.mark.parametrize("body", [{"opinion": "love"}, {"stars": 5}, {"tags": "a"}, {"state": 1}])
async def test_a_body_of_another_shape_is_refused(client: Client, body: dict[str, Any]) -> None:
    answer = await client.put(ONE, json=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_paper_that_is_not_here_can_be_asked_for(client: Client, world: World) -> None:
    answer = await client.put(f"{HERE}/papers/2401.99999", json={"opinion": "like"})
    assert answer.status_code == 404
    assert 'POST /api/v1/papers {"ids": ["arxiv:2401.99999"]}' in answer.json()["detail"]
    await put(client, 1, opinion="like")
    del world.index.cards["arxiv:2401.00001"]
    await put(client, 1, tags=["kept"])
    assert (await put(client, 1, opinion="none"))["tags"] == ["kept"], "it was spoken of before"
    (item,) = (await client.get(HERE)).json()["items"]
    assert item["paper"] is None
