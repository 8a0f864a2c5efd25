from typing import Any

import msgspec
from litestar.testing import AsyncTestClient

from common.watches import Delivery, record_key
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


async def test_a_digest_is_made_by_the_form_and_told_in_words(client: Client, world: World) -> None:
    digest = {"every": "day", "hour": "7", "time_zone": "Europe/Berlin", "empty": "1"}
    page = await client.post("/watches", data={**FORM, **digest})
    assert "every day at 7 (Europe/Berlin), also when nothing came" in page.text
    plain = await client.post("/watches", data=FORM)
    assert plain.text.count("every day at 7") == 1


WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"time_zone": "Berlin"}, "is no time zone; write it like Europe/Berlin"),
    ({"kind": "webhook", "target": "https://hooks.example/x"}, "must be now for a webhook"),
    ({"hour": "24"}, "hour"),
    ({"every": "never"}, "every"),
)


async def test_a_wrong_digest_is_said_and_stays_in_the_form(client: Client, world: World) -> None:
    for more, words in WRONG:
        digest = {**FORM, "every": "week", "time_zone": "Asia/Tokyo", "empty": "1", **more}
        answer = await client.post("/watches", data=digest)
        assert answer.status_code == 400
        assert words in answer.text.split('id="watch-problem"')[1].split("</p>")[0]
        assert f'name="time_zone" value="{digest["time_zone"]}"' in answer.text
        assert ('<option value="week" selected>' in answer.text) == (digest["every"] == "week")
        assert 'name="empty" value="1" checked' in answer.text
    assert world.watches.values == {}


async def test_what_waits_for_its_digest_says_so(client: Client, world: World) -> None:
    end = "2026-11-16T06:00:00Z"
    told = Delivery(
        id="msg_1",
        watch="w",
        paper="arxiv:2401.00001",
        version=1,
        moment="summary",
        channel="mail",
        place="a@b.example",
        state="gathered",
        created="2026-11-15T08:00:00Z",
        at="2026-11-15T08:00:00Z",
        next_at=end,
        period=end,
        said="goes into the digest of Mon 16 Nov: every day at 7 (Europe/Berlin)",
    )
    name = record_key(told.watch, told.paper, told.moment)
    await world.deliveries.put(name, msgspec.json.encode(told))
    page = (await client.get("/deliveries")).text
    assert "comes 16 Nov 2026, 06:00 UTC" in page
    assert "goes into the digest of Mon 16 Nov" in page
    (item,) = (await client.get("/api/v1/deliveries")).json()["items"]
    assert (item["state"], item["period"]) == ("gathered", end)


async def test_deliveries_have_a_page(client: Client) -> None:
    assert "Nothing sent yet" in (await client.get("/deliveries")).text
