"""Papers a person may want, over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.controls.flags import FLAGS
from common.events import PaperMeta
from common.ids import now
from fakes_gateway import World
from gateway import foryou, switched
from gateway.failures import SwitchedOff
from gateway.foryou import first_day
from gateway.shelf.forms import SaidChange

Client = AsyncTestClient[Any]
HERE = "/api/v1/recommendations"
TODAY = now()[:10]
OLD = first_day(200, TODAY)


@pytest.fixture(autouse=True)
def papers(world: World, meta: Callable[..., PaperMeta], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foryou, "ENOUGH", 1)
    texts = {
        1: ("Graph networks", TODAY, ("cs.LG",)),
        2: ("Graph sampling", TODAY, ("cs.DS",)),
        3: ("Old graph walks", OLD, ("cs.LG",)),
        4: ("Bandit regret", TODAY, ("stat.ML",)),
        5: ("Bandit prices", OLD, ("q-fin.TR",)),
        6: ("Protein folding", TODAY, ("q-bio.BM",)),
    }
    for number, (title, day, categories) in texts.items():
        more = {"announced": day, "categories": categories, "abstract": ""}
        world.add(meta(title, **more), f"arxiv:2401.{number:05d}")


async def say(client: Client, number: int, **said: Any) -> None:
    answer = await client.put(f"/api/v1/library/papers/2401.{number:05d}", json=said)
    assert answer.status_code == 200


async def told(client: Client, **asked: Any) -> dict[str, Any]:
    answer = await client.get(HERE, params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def titles(found: dict[str, Any]) -> list[str]:
    return [item["title"] for item in found["items"]]


async def test_who_has_said_nothing_gets_what_is_new(client: Client) -> None:
    found = await told(client)
    assert (found["basis"], found["days"]) == ("newest", 30)
    assert len(found["items"]) == 4
    assert {item["reason"] for item in found["items"]} == {"New in AI scholar"}
    assert len((await told(client, days=0))["items"]) == 6


async def test_what_others_like_comes_before_what_is_new(client: Client, world: World) -> None:
    shelves = world.stores().shelves
    for who, number in (("ada", 6), ("bob", 6), ("ada", 2), ("ada", 5)):
        await shelves.say(who, f"arxiv:2401.{number:05d}", SaidChange(opinion="like").of)
    found = await told(client)
    assert found["basis"] == "popular"
    assert titles(found)[:2] == ["Protein folding", "Graph sampling"]
    assert found["items"][0]["reason"] == "Liked by 2 people here"
    assert len(set(titles(found))) == 4
    assert titles(await told(client, category="cs.DS", limit=1)) == ["Graph sampling"]


async def test_one_like_teaches_and_what_one_has_is_left_out(client: Client) -> None:
    await say(client, 1, opinion="like")
    found = await told(client, explain=True, days=0)
    assert found["basis"] == "taste"
    assert titles(found)[0] in {"Graph sampling", "Old graph walks"}
    assert found["items"][0]["reason"] == "Like “Graph networks”"
    assert found["items"][0]["explain"][0]["name"] == "words"
    assert "Graph networks" not in titles(found)
    assert (await told(client))["items"][0]["explain"] is None
    await say(client, 2, state="read")
    await say(client, 3, opinion="dislike")
    assert not {"Graph sampling", "Old graph walks"} & set(titles(await told(client, days=0)))


async def test_one_tag_is_one_taste(client: Client) -> None:
    await say(client, 1, tags=["graphs"])
    await say(client, 4, tags=["bandits"])
    assert titles(await told(client, tag="bandits", days=0))[0] == "Bandit prices"
    assert titles(await told(client, tag="graphs"))[0] == "Graph sampling"


async def test_days_bound_what_comes(client: Client) -> None:
    await say(client, 1, tags=["graphs"])
    for number in (2, 4, 6):
        await say(client, number, state="read")
    assert titles(await told(client, days=7)) == []
    assert titles(await told(client, days=365))[0] == "Old graph walks"


async def test_the_window_widens_when_few_papers_came_and_nobody_chose_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await say(client, 1, tags=["graphs"])
    monkeypatch.setattr(foryou, "ENOUGH", 5)
    found = await told(client)
    assert (found["days"], len(found["items"])) == (0, 5)
    assert (await told(client, days=30))["days"] == 30
    assert titles(await told(client, category="q-fin.TR")) == ["Bandit prices"]


@pytest.mark.parametrize(
    ("asked", "told_of"),
    [
        ({"tag": "none"}, "not one of your tags; tag a paper first"),
        ({"days": -1}, "days"),
        ({"limit": 101}, "limit"),
        ({"feed": "a b"}, "feed"),
        ({"since": "2026-01-01"}, "is not a parameter here"),
    ],
)
async def test_what_is_wrong_is_said(client: Client, asked: dict[str, Any], told_of: str) -> None:
    answer = await client.get(HERE, params=asked)
    assert answer.status_code == 400
    assert told_of in answer.json()["detail"]


@pytest.mark.parametrize("flag", [flag.name for flag in FLAGS if flag.how == "refuses"])
def test_what_is_switched_off_says_so(world: World, flag: str) -> None:
    off = world.stores(is_on=lambda name: name != flag)
    with pytest.raises(SwitchedOff, match=r"the operator.*try again later"):
        switched.need(off, flag)
    switched.need(world.stores(), flag)
