"""Buttons with which a person says something of a paper."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World

Client = AsyncTestClient[Any]
HX = {"HX-Request": "true"}
PAPER = "arxiv:2401.00001"


@pytest.fixture(autouse=True)
def paper(world: World, meta: Callable[..., PaperMeta]) -> None:
    world.add(meta(), PAPER)


async def said(client: Client) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/library/papers/{PAPER}")
    return dict(answer.json()) if answer.status_code == 200 else {}


async def test_without_a_script_one_goes_on_to_where_one_was(client: Client) -> None:
    form = {"paper": "2401.00001", "opinion": "like", "next": "/library?opinion=like"}
    answer = await client.post("/library", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, form["next"])
    assert (await said(client))["opinion"] == "like"
    away = await client.post(
        "/library", data={**form, "next": "https://evil.example"}, follow_redirects=False
    )
    assert away.headers["location"] == "/"


async def test_a_script_gets_the_buttons_as_they_are_now(client: Client) -> None:
    form = {"paper": PAPER, "opinion": "like", "kind": "row", "title": "<b>", "next": "/"}
    answer = await client.post("/library", data=form, headers=HX)
    assert answer.status_code == 200
    assert 'value="none" aria-pressed="true"' in answer.text
    assert "&lt;b&gt;" in answer.text
    assert "<b>" not in answer.text
    assert "hx-swap-oob" not in answer.text
    foryou = await client.post("/library", data={**form, "kind": "foryou"}, headers=HX)
    assert "Show what fits now" in foryou.text


async def test_tags_come_and_go_one_by_one(client: Client) -> None:
    form = {"paper": PAPER, "kind": "paper", "next": "/"}
    await client.post("/library", data={**form, "tag": "b, a  c,"}, headers=HX)
    assert (await said(client))["tags"] == ["a c", "b"]
    answer = await client.post("/library", data={**form, "untag": "b", "tag": "d"}, headers=HX)
    assert "Take off the tag a c" in answer.text
    assert (await said(client))["tags"] == ["a c", "d"]
    await client.post("/library", data={**form, "state": "reading"}, headers=HX)
    assert (await said(client))["tags"] == ["a c", "d"]


async def test_what_is_wrong_is_said_beside_the_buttons(client: Client) -> None:
    form = {"paper": PAPER, "kind": "paper", "tag": "x" * 70, "next": "/"}
    answer = await client.post("/library", data=form, headers=HX)
    assert answer.status_code == 400
    assert "The tag has 70 characters; write at most 64." in answer.text
    assert f'value="{"x" * 70}"' in answer.text
    assert "<html" not in answer.text
    plain = await client.post("/library", data=form, headers={"Accept": "text/html"})
    assert plain.status_code == 400
    assert "<html" in plain.text
    assert await said(client) == {}


@pytest.mark.parametrize("form", [{"opinion": "love"}, {"state": "later"}, {"paper": "nonsense"}])
async def test_a_foreign_form_is_refused(client: Client, form: dict[str, str]) -> None:
    answer = await client.post("/library", data={"paper": PAPER, **form})
    assert answer.status_code == 400
    assert await said(client) == {}


async def test_the_page_of_a_paper_has_its_buttons(client: Client) -> None:
    await client.put(f"/api/v1/library/papers/{PAPER}", json={"state": "read", "tags": ["a"]})
    page = (await client.get("/paper/2401.00001")).text
    assert 'name="state" value="none" aria-pressed="true">Read<' in page
    assert "Take off the tag a" in page
