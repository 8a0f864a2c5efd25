"""The pages of dead letters, without scripts."""

from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from fakes_gateway import World

Client = AsyncTestClient[Any]


async def test_no_letter_is_good_news(client: Client) -> None:
    assert "No dead letter waits" in (await client.get("/dead")).text


async def test_letters_are_told_in_plain_words(client: Client, world: World) -> None:
    world.letters.bury(5, title="On $x_1$ and <script>alert(1)</script>", error="<b>no</b>")
    html = (await client.get("/dead")).text
    assert "The language model refused to write about it." in html
    assert "1 attempt<" in html
    assert "<script>alert" not in html
    assert "<b>no</b>" not in html
    assert 'href="/dead/5"' in html


async def test_one_letter(client: Client, world: World) -> None:
    world.letters.bury(5, redrives="2", redriven="2026-07-14T08:00:00Z", letter="3")
    html = (await client.get("/dead/5")).text
    for words in ("ab" * 16, "tried again 2 times", "dead letter 3", "paper.embedded", "passages"):
        assert words in html
    assert (await client.get("/dead/6")).status_code == 404


async def test_one_that_keeps_only_a_part_says_so(client: Client, world: World) -> None:
    kept = world.letters.bury(5, body=b"{" * 1_040_000 + b"}" * 8_000)
    assert kept.cut_from_bytes == 1_048_000
    assert "a part of 1048000 bytes" in (await client.get("/dead/5")).text


async def test_buttons_replay_and_drop(client: Client, world: World) -> None:
    for seq in (1, 2, 3, 4):
        world.letters.bury(seq)
    world.letters.bury(5, body=b"{")
    told = await client.post("/dead", data={"letter": "1", "act": "replay"})
    assert "1 replayed: the service that failed tries again." in told.text
    await client.post("/dead", data={"letter": "2", "act": "drop"})
    told = await client.post("/dead", data={"reason": "refused", "act": "replay"})
    assert "2 replayed" in told.text
    assert "1 cannot be replayed, only dropped" in told.text
    assert "None fits" not in told.text
    told = await client.post("/dead", data={"all": "1", "act": "drop"})
    assert "No dead letter waits" in told.text
    ended = [("replayed", 1), ("dropped", 2), ("replayed", 3), ("replayed", 4), ("dropped", 5)]
    assert world.letters.done == ended


async def test_what_cannot_be_replayed_has_no_such_button(client: Client, world: World) -> None:
    world.letters.bury(5, body=b"{")
    for page in ("/dead/5", "/dead"):
        html = (await client.get(page)).text
        button = html.split('name="letter" value="5"')[1].split("</form>")[0]
        assert 'value="drop"' in button
        assert 'value="replay"' not in button


@pytest.mark.parametrize(
    "form",
    [{}, {"act": "replay"}, {"act": "eat", "all": "1"}, {"act": "drop", "letter": "x"}],
)
async def test_wrong_forms_do_nothing(client: Client, world: World, form: dict[str, str]) -> None:
    world.letters.bury(1)
    assert (await client.post("/dead", data=form)).status_code == 400
    assert world.letters.done == []


@pytest.mark.parametrize("query", ["since=soon", "paper=what", "service=nobody", "cursor=x"])
async def test_a_wrong_filter_is_said_on_the_page(client: Client, world: World, query: str) -> None:
    world.letters.bury(1)
    answer = await client.get(f"/dead?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


async def test_strange_places_do_no_harm(client: Client) -> None:
    strange = "/dead?replayed=%C2%B2&dropped=99999999&refused=x&reason=%00"
    assert (await client.get(strange)).status_code == 200


async def test_the_status_page_leads_there(client: Client, world: World) -> None:
    world.letters.bury(1)
    html = (await client.get("/status")).text
    assert 'href="/dead"' in html
    world.letters.down = True
    assert (await client.get("/status")).status_code == 200
