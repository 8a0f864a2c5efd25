from typing import Any

import msgspec
import pytest
from litestar.testing import AsyncTestClient

from common.watches import Watch, Webhook
from fakes_gateway import World

Client = AsyncTestClient[Any]
API = "/api/v1/watches"
MAIL = {"name": "Graphs", "query": "graph", "channel": {"kind": "mail", "address": "a@b.example"}}
HOOK = {
    "name": "Graphs",
    "query": "graph",
    "channel": {"kind": "webhook", "url": "https://hooks.example/secret-path"},
    "filters": {"categories": ["cs.LG"]},
    "min_score": 0.7,
    "on": "embedded",
}


def kept(world: World) -> list[Watch]:
    return [msgspec.json.decode(e.value, type=Watch) for e in world.watches.values.values()]


async def test_a_webhook_gets_its_secret_once(client: Client, world: World) -> None:
    made = await client.post(API, json=HOOK)
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    (watch,) = kept(world)
    assert isinstance(watch.channel, Webhook)
    assert watch.channel.secret == secret
    later = await client.get(made.headers["location"])
    for text in (later.text, (await client.get(API)).text):
        assert secret not in text
        assert "secret-path" not in text
    assert later.json()["channel"] == {"kind": "webhook", "place": "https://hooks.example"}


async def test_change_and_remove(client: Client, world: World) -> None:
    place = (await client.post(API, json=MAIL)).headers["location"]
    changed = await client.patch(place, json={"active": False, "query": '"graph network"'})
    assert (changed.json()["active"], changed.json()["name"]) == (False, "Graphs")
    assert (await client.patch(place, json={"query": '"open'})).status_code == 400
    assert kept(world)[0].query == '"graph network"'
    moved = await client.patch(place, json={"channel": HOOK["channel"]})
    assert moved.json()["secret"].startswith("whsec_")
    assert (await client.delete(place)).status_code == 204
    assert (await client.get(place)).status_code == 404
    assert (await client.delete(place)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {**MAIL, "name": ""},
        {**MAIL, "query": "", "filters": {}},
        {**MAIL, "query": '"open'},
        {**MAIL, "query": "xx:yy"},
        {**MAIL, "min_score": 2},
        {**MAIL, "on": "never"},
        {**MAIL, "surprise": 1},
        {**MAIL, "every": "month"},
        {**MAIL, "time_zone": "Berlin"},
        {**HOOK, "every": "day"},
        {**MAIL, "channel": {"kind": "mail", "address": "a@b\r\nBcc: c@d"}},
        {**MAIL, "channel": {"kind": "pigeon"}},
        {**MAIL, "channel": {"kind": "webhook", "url": "ftp://x"}},
        {**MAIL, "channel": {"kind": "webhook", "url": "https://u:p@x.example"}},
    ],
)
async def test_wrong_watches_are_not_kept(client: Client, world: World, body: Any) -> None:
    answer = await client.post(API, json=body)
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert world.watches.values == {}


@pytest.mark.parametrize("body", [{}, {"id": "x"}, {"created": "x"}, {"active": "maybe"}])
async def test_wrong_changes(client: Client, body: Any) -> None:
    place = (await client.post(API, json=MAIL)).headers["location"]
    assert (await client.patch(place, json=body)).status_code == 400


async def test_a_digest_by_the_api(client: Client, world: World) -> None:
    digest = {**MAIL, "every": "week", "hour": 18, "time_zone": "Europe/Berlin"}
    made = (await client.post(API, json=digest)).json()
    assert {name: made[name] for name in ("every", "hour", "time_zone", "empty", "tells")} == {
        "every": "week",
        "hour": 18,
        "time_zone": "Europe/Berlin",
        "empty": False,
        "tells": "every Monday at 18 (Europe/Berlin)",
    }
    place = f"{API}/{made['id']}"
    assert (await client.patch(place, json={"every": "day", "empty": True})).json()["empty"]
    wrong = await client.patch(place, json={"time_zone": "Berlin"})
    assert wrong.status_code == 400
    assert "'Berlin' is no time zone; write it like Europe/Berlin" in wrong.text
    (watch,) = kept(world)
    assert (watch.every, watch.hour, watch.time_zone) == ("day", 18, "Europe/Berlin")
    schema = (await client.get("/api/v1/openapi.json")).json()["components"]["schemas"]
    zone = schema["WatchCreate"]["properties"]["time_zone"]
    assert zone["examples"] == ["Europe/Berlin"]


async def test_the_same_key_makes_one_watch(client: Client, world: World) -> None:
    headers = {"Idempotency-Key": "one"}
    first = await client.post(API, json=HOOK, headers=headers)
    again = await client.post(API, json=HOOK, headers=headers)
    assert first.json() == again.json()
    assert len(kept(world)) == 1
    assert (await client.post(API, json=MAIL, headers=headers)).status_code == 422
    await client.post(API, json=HOOK)
    assert len(kept(world)) == 2
