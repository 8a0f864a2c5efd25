"""The page of papers for one person."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from common.ids import now
from fakes_gateway import World
from gateway.foryou import first_day

Client = AsyncTestClient[Any]
HERE = "/recommendations"
TODAY = now()[:10]


@pytest.fixture(autouse=True)
def papers(world: World, meta: Callable[..., PaperMeta]) -> None:
    for number in range(1, 10):
        category = f"cs.{'ABC'[number % 3]}"
        world.add(
            meta(f"Title {number}", announced=TODAY, categories=(category,)),
            f"arxiv:2401.{number:05d}",
        )


async def say(client: Client, number: int, **said: Any) -> None:
    answer = await client.put(f"/api/v1/library/papers/2401.{number:05d}", json=said)
    assert answer.status_code == 200


async def shown(client: Client, **asked: Any) -> str:
    answer = await client.get(HERE, params=asked)
    assert answer.status_code == 200
    return answer.text


async def test_who_is_new_picks_five_and_then_sees_what_fits(client: Client) -> None:
    first = await shown(client)
    assert first.count('class="pick"') == 9
    assert "<b>0</b> of 5 picked" in first
    assert "Skip this" in first
    for number in range(1, 6):
        form = {"paper": f"arxiv:2401.{number:05d}", "opinion": "like", "next": HERE}
        page = (await client.post("/library", data=form)).text
        if number < 5:
            assert f"<b>{number}</b> of 5 picked" in page
            assert page.count("is-picked") == number
    assert "Learned from 5 papers" in page
    assert page.count('class="why"') == 4
    assert "Like “Title" in page


async def test_skipping_shows_what_is_new(client: Client) -> None:
    page = await shown(client, start="no")
    assert "What is new, until you like some papers." in page
    assert page.count("New in AI scholar") == 9


async def test_tabs_windows_and_what_is_not_for_one(client: Client, world: World) -> None:
    for number in range(1, 6):
        await say(client, number, tags=["mine"] if number < 5 else ["other"])
    await say(client, 6, opinion="dislike")
    page = await shown(client, tag="mine", days="7")
    assert 'value="mine" checked' in page
    assert '<option value="7" selected>' in page
    assert "Learned from the papers tagged mine." in page
    assert page.count('class="row"') == 3
    assert "and 1 that is not for you" in await shown(client)
    old = first_day(60, TODAY)
    world.index.cards = {
        key: type(card)(**{**_fields(card), "announced": old})
        for key, card in world.index.cards.items()
    }
    assert "Few papers came in the last month, so this is of all time." in await shown(client)
    assert "Nothing new fits" in await shown(client, days="7")


def _fields(card: Any) -> dict[str, Any]:
    return {name: getattr(card, name) for name in card.__struct_fields__}


@pytest.mark.parametrize(
    ("asked", "told"),
    [({"tag": "none"}, "is not one of your tags"), ({"days": "x", "start": "no"}, "is not a num")],
)
async def test_what_is_wrong_is_said(client: Client, asked: dict[str, str], told: str) -> None:
    answer = await client.get(HERE, params=asked)
    assert answer.status_code == 400
    assert told in answer.text


async def test_while_the_index_is_away_the_page_says_so(client: Client, world: World) -> None:
    world.index.down = True
    answer = await client.get(HERE)
    assert answer.status_code == 503
    assert "The index does not answer yet" in answer.text
