from typing import Any

from litestar.testing import AsyncTestClient

from fakes_gateway import World

Client = AsyncTestClient[Any]
FORM = {"query": '"graph network"', "kind": "mail", "target": "a@b.example", "categories": "cs.LG"}


async def test_make_switch_and_remove_by_forms(client: Client, world: World) -> None:
    made = await client.post("/watches", data=FORM)
    assert "&#34;graph network&#34;" in made.text
    (key,) = world.watches.values
    assert "Switch on" in (await client.post(f"/watches/{key}/switch")).text
    assert "No watch yet" in (await client.post(f"/watches/{key}/remove")).text


async def test_a_webhook_shows_its_secret_once(client: Client) -> None:
    form = {**FORM, "kind": "webhook", "target": "https://hooks.example/x"}
    assert "whsec_" in (await client.post("/watches", data=form)).text
    assert "whsec_" not in (await client.get("/watches")).text


async def test_what_is_wrong_is_said_and_what_was_written_stays(
    client: Client, world: World
) -> None:
    answer = await client.post("/watches", data={**FORM, "target": "nobody"})
    assert answer.status_code == 400
    assert "is not a mail address" in answer.text
    assert "&#34;graph network&#34;" in answer.text
    assert world.watches.values == {}


async def test_deliveries_have_a_page(client: Client) -> None:
    assert "Nothing sent yet" in (await client.get("/deliveries")).text
