"""The page of one's own library."""

from collections.abc import Callable
from typing import Any

from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World

Client = AsyncTestClient[Any]


async def say(client: Client, number: int, **said: Any) -> None:
    answer = await client.put(f"/api/v1/library/papers/2401.{number:05d}", json=said)
    assert answer.status_code == 200


async def test_it_lists_narrows_and_pages(
    client: Client, world: World, meta: Callable[..., PaperMeta]
) -> None:
    assert "Your library is empty" in (await client.get("/library")).text
    for number in range(1, 31):
        world.add(meta(f"Title {number}"), f"arxiv:2401.{number:05d}")
        await say(client, number, opinion="like")
    await say(client, 30, tags=["a b"], state="read")
    page = (await client.get("/library")).text
    assert page.count('class="row"') == 25
    assert 'href="/library?tag=a+b">#a b <small>1</small>' in page
    assert "Title 30" in page
    more = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    rest = (await client.get(more.replace("&amp;", "&"))).text
    assert rest.count('class="row"') == 5
    assert "Title 1<" in rest
    tagged = (await client.get("/library", params={"tag": "a b"})).text
    assert tagged.count('class="row"') == 1
    assert "<span>read</span>" in tagged
    assert "Nothing here" in (await client.get("/library", params={"opinion": "dislike"})).text


async def test_a_paper_the_index_has_lost_is_still_there(
    client: Client, world: World, meta: Callable[..., PaperMeta]
) -> None:
    world.add(meta(), "arxiv:2401.00001")
    await say(client, 1, opinion="like")
    world.index.cards.clear()
    page = (await client.get("/library")).text
    assert "It is not in the index now." in page
    wrong = await client.get("/library", params={"state": "later"})
    assert wrong.status_code == 400
    assert "none, to_read, reading, read" in wrong.text
