from collections.abc import Callable
from typing import Any

from litestar.testing import AsyncTestClient

from common.events import FetchRequested, PaperMeta
from fakes_gateway import World
from gateway.ports import Found

Client = AsyncTestClient[Any]
Meta = Callable[..., PaperMeta]
KEY = "arxiv:2401.00001"


async def test_everything_about_a_paper(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(comment="12 pages", journal_ref="J. 1"), KEY)
    world.add(meta("A neighbour"), "arxiv:2401.00002")
    html = (await client.get("/paper/2401.00001")).text
    for told in (
        "Ada Lovelace",
        "In short: Graph networks",
        "No model wrote this",
        "We study graph networks at scale.",
        "https://arxiv.org/abs/2401.00001v1",
        "https://arxiv.org/html/2401.00001v1",
        "A neighbour",
        "Watches checked",
        "9.2 s in all",
        "CC BY 4.0",
        "12 pages",
        'class="track"',
    ):
        assert told in html, told


async def test_a_withdrawn_paper_says_so(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(withdrawn=True, comment="An error in Lemma 2."), KEY)
    html = (await client.get("/paper/2401.00001")).text
    assert "The authors have withdrawn this paper. An error in Lemma 2." in html


async def test_a_failure_has_its_reason(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), KEY, upto="embedded")
    world.row(KEY, "summarizer", 8, None, state="dead", reason="refused", error="It <b>said</b> no")
    html = (await client.get("/paper/2401.00001")).text
    assert "It &lt;b&gt;said&lt;/b&gt; no" in html
    assert "refused" in html


async def test_passages_without_scripts(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), KEY)
    world.index.found[KEY] = [Found(paper=KEY, text="Graphs grow.", score=0.5, page=7)]
    html = (await client.get("/paper/2401.00001?q=graph")).text
    assert "<mark>Graphs</mark> grow." in html
    assert f'href="/api/v1/papers/{KEY}/pdf?inline=true#page=7"' in html
    world.add(meta(licence=""), KEY)
    html = (await client.get("/paper/2401.00001?q=graph")).text
    assert 'href="https://arxiv.org/pdf/2401.00001v1#page=7"' in html


async def test_one_that_is_not_here_can_be_fetched(client: Client, world: World) -> None:
    answer = await client.get("/paper/2401.00009")
    assert answer.status_code == 404
    assert "Fetch it" in answer.text
    asked = await client.post("/ask", data={"id": "2401.00009"})
    assert 'data-await="arxiv:2401.00009"' in asked.text
    (request,) = world.bus.requests
    assert isinstance(request, FetchRequested)
    assert request.ids == ("arxiv:2401.00009",)


async def test_what_is_no_id_has_a_page_too(client: Client) -> None:
    answer = await client.get("/paper/nonsense", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "not a paper id" in answer.text


async def test_the_index_may_be_down(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), KEY)
    world.index.down = True
    assert (await client.get("/paper/2401.00001?q=x")).status_code == 200
