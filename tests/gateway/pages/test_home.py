import re
from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World
from gateway.ports import Found

Client = AsyncTestClient[Any]
Meta = Callable[..., PaperMeta]
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


async def test_papers_by_day(client: Client, world: World, meta: Meta) -> None:
    world.add(meta("Old one", announced="2026-07-10"), "arxiv:2401.00001")
    world.add(meta("New $x^2$ one", announced="2026-07-14"), "arxiv:2401.00002")
    html = (await client.get("/")).text
    assert html.index("Tuesday, 14 July 2026") < html.index("Friday, 10 July 2026")
    assert 'href="/paper/2401.00002">New <math>' in html
    assert "data-live" in html


async def test_search_without_scripts(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), "arxiv:2401.00001")
    html = (await client.get("/?q=graph")).text
    assert "<mark>graph</mark>" in html
    assert 'value="graph"' in html
    assert "data-live" not in html


async def test_an_id_leads_to_its_paper(client: Client) -> None:
    answer = await client.get("/?q=arXiv:2401.00001v2", follow_redirects=False)
    assert answer.headers["location"] == "/paper/2401.00001v2"
    typed = await client.get(
        "/?q=2401.00001", headers={"HX-Request": "true"}, follow_redirects=False
    )
    assert typed.status_code == 200


async def test_a_walk_over_the_pages(client: Client, world: World, meta: Meta) -> None:
    for n in range(60):
        world.add(meta(f"Paper {n}"), f"arxiv:2401.{n:05d}", upto="embedded")
    seen: list[str] = []
    place = "/"
    while place:
        html = (await client.get(place)).text
        seen += re.findall(r'data-paper="([^"]+)"', html)
        found = re.search(r'class="button" href="([^"]+)" rel="next"', html)
        place = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 60


@pytest.mark.parametrize("place", ["/?q=", "/?category=", "/?feed=", "/?date_from=", "/?mode="])
async def test_hostile_questions(client: Client, place: str) -> None:
    answer = await client.get(place + HOSTILE, headers={"Accept": "text/html"})
    assert answer.status_code in (200, 400)
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text


async def test_hostile_papers(client: Client, world: World, meta: Meta) -> None:
    nasty = meta(
        HOSTILE,
        abstract=f"$\\text{{{HOSTILE}}}$ {HOSTILE}",
        authors=(HOSTILE,),
        categories=(HOSTILE,),
        comment=HOSTILE,
        journal_ref=HOSTILE,
        licence=f"javascript:{HOSTILE}",
        doi=HOSTILE,
    )
    world.add(nasty, "arxiv:2401.00001")
    for place in ("/", "/?q=alert", "/paper/2401.00001", "/rows?id=2401.00001"):
        html = (await client.get(place)).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert 'href="javascript' not in html


async def test_wrong_values_are_told_on_the_page(client: Client) -> None:
    answer = await client.get("/?q=x&date_from=nonsense")
    assert answer.status_code == 400
    assert "write it like 2026-07-14" in answer.text


async def test_an_index_that_is_down_has_a_page(client: Client, world: World) -> None:
    world.index.down = True
    answer = await client.get("/")
    assert answer.status_code == 503
    assert "comes back by itself" in answer.text


async def test_nothing_yet(client: Client) -> None:
    assert "on their way" in (await client.get("/")).text
    assert "No paper fits" in (await client.get("/?q=zzz")).text


async def test_rows_for_what_has_arrived(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), "arxiv:2401.00001")
    said = await client.put("/api/v1/library/papers/2401.00001", json={"opinion": "like"})
    assert said.is_success
    html = (await client.get("/rows?id=2401.00001&id=arxiv:9999.99999")).text
    assert html.count('class="row"') == 1
    assert re.search(r'id="like-arxiv:2401.00001"[^>]*aria-pressed="true"', html)


async def test_the_page_is_small_and_kept(client: Client, world: World, meta: Meta) -> None:
    for n in range(30):
        world.add(meta(f"Paper {n}", abstract="word " * 200), f"arxiv:2401.{n:05d}")
    first = await client.get("/", headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    total = int(first.headers["content-length"])
    for place in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', first.text)):
        asset = await client.get(place, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in asset.headers["cache-control"]
        total += int(asset.headers["content-length"])
    assert total < 150_000
    again = await client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


async def test_nothing_comes_from_outside(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), "arxiv:2401.00001")
    for place in ("/", "/paper/2401.00001", "/watches", "/feeds", "/status", "/deliveries"):
        html = (await client.get(place)).text
        assert not re.findall(r'(?:src|srcset|action|poster|data)="(?:https?:)?//', html)
        assert not re.findall(r'<link[^>]+href="(?:https?:)?//', html)
        assert " style=" not in html
        assert "<style" not in html
        assert not re.findall(r"<script(?![^>]*src=)", html)
        assert not re.findall(r"\son[a-z]+=", html)


@pytest.mark.parametrize(
    ("query", "wrong", "told"),
    [
        ('q=graph+"nets', "&#34;", "A quotation mark is not closed"),
        ("q=graph+year:soon", "year:soon", "year:soon is no year"),
        ("q=graph+OR+nets", "OR", "OR: plain words are alternatives already"),
        ("q=graph+tag:none", "tag:none", "tag:none is no tag"),
        ("q=" + "word+" * 30 + "-(walks", "-(walks", "Brackets group nothing here"),
    ],
)
@pytest.mark.parametrize("typing", [True, False])
async def test_a_mistake_is_shown_where_it_is(
    client: Client, query: str, wrong: str, told: str, typing: bool
) -> None:
    headers = {"HX-Request": "true"} if typing else {}
    answer = await client.get(f"/?{query}", headers=headers)
    assert answer.status_code == 400
    assert told in answer.text
    assert f"<mark>{wrong}</mark>" in answer.text
    assert ("<html" in answer.text) is not typing
    assert (answer.headers.get("hx-retarget") == "#mistake") is typing
    assert "No paper fits" not in answer.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("date_from=2026-02-30", "The first day: "),
        ("licence=mine", "The licence: "),
        ("sort=oldest&q=x", "The order: "),
        ("mode=fuzzy&q=x", "Search by: "),
        ("cursor=abc", "The place in the list: "),
        ("q=x&cursor=abc", "The place in the list: "),
    ],
)
async def test_other_mistakes_are_told_where_the_list_is(
    client: Client, query: str, told: str
) -> None:
    answer = await client.get(f"/?{query}")
    assert answer.status_code == 400
    assert "That did not work" in answer.text
    assert told in answer.text


async def test_a_whole_title_leads_to_its_paper(client: Client, world: World, meta: Meta) -> None:
    world.add(meta("Graph nets: a survey"), "arxiv:2401.00001")
    world.add(meta("Graph nets: a survey of surveys"), "arxiv:2401.00002")
    place = "/?q=graph+nets+-+a+SURVEY"
    answer = await client.get(place, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/paper/2401.00001")
    typed = await client.get(place, headers={"HX-Request": "true"}, follow_redirects=False)
    assert typed.status_code == 200
    assert typed.headers["hx-push-url"] == "false"
    assert re.findall(r'data-paper="([^"]+)"', typed.text)[0] == "arxiv:2401.00001"
    assert '<a href="/paper/2401.00001">Open the paper</a>' in typed.text


async def test_an_id_that_is_not_here_can_be_fetched(client: Client) -> None:
    typed = await client.get("/?q=2401.00009", headers={"HX-Request": "true"})
    assert '<a href="/paper/2401.00009">Fetch it</a>' in typed.text


async def test_filters_have_counts_and_can_be_taken_off(
    client: Client, world: World, meta: Meta
) -> None:
    for n in range(3):
        world.add(meta(f"Graph {n}", categories=("cs.LG",)), f"arxiv:2401.0000{n}")
    world.add(meta("Poems", categories=("cs.CL",)), "arxiv:2401.00009")
    place = "/?q=graph&category=cs.LG&licence=cc-by&date_from=2026-07-01&unread=1&feed=ai-scholar"
    html = (await client.get(place)).text
    assert re.search(r'value="cs.LG" checked><span>cs.LG</span><small>3</small>', html)
    assert '<option value="cc-by" selected>CC BY (3)</option>' in html
    assert "3 with all words" in html
    for name in ("from 2026-07-01", "CC BY", "not read yet", "ai-scholar"):
        assert f'aria-label="Remove the filter {name}"' in html
    removed = re.search(r'href="([^"]+)" aria-label="Remove the filter CC BY"', html)
    assert removed is not None
    assert "licence" not in removed[1]
    assert "date_from=2026-07-01" in removed[1]
    nothing = (await client.get(place.replace("q=graph", "q=%22no+such%22"))).text
    assert "No paper fits" in nothing
    assert '<a href="/?q=%22no+such%22">take the filters off</a>' in nothing


async def test_newest_are_shown_by_day(client: Client, world: World, meta: Meta) -> None:
    world.add(meta("Graph nets", announced="2026-07-10"), "arxiv:2401.00001")
    world.add(meta("Graph walks", announced="2026-07-14"), "arxiv:2401.00002")
    html = (await client.get("/?q=graph&sort=newest")).text
    assert html.index("Tuesday, 14 July 2026") < html.index("Friday, 10 July 2026")
    assert "Newest for" in html
    nothing = (await client.get("/?q=graph+zebra&sort=newest")).text
    assert '<a href="/?q=graph+zebra">what fits best</a>' in nothing


async def test_each_says_why_it_is_here(client: Client, world: World, meta: Meta) -> None:
    world.add(meta("Graph nets", abstract="A graph, a graph."), "arxiv:2401.00001")
    assert "Why it is here" not in (await client.get("/?q=graph")).text
    html = (await client.get("/?q=graph&explain=1")).text
    assert "<b>1st</b> by words" in html
    assert "title: <b>graph</b>" in html
    assert "abstract: <b>graph</b> <small>×2</small>" in html


async def test_passages_open_at_their_page(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), "arxiv:2401.00001")
    found = Found(paper="arxiv:2401.00001", text="Graphs grow slowly.", score=0.5, page=7)
    world.index.found["arxiv:2401.00001"] = [found]
    html = (await client.get("/?q=graph&inside=1")).text
    assert "<mark>Graphs</mark> grow slowly." in html
    assert re.search(r'<a href="[^"]+/pdf\?inline=true#page=7"[^>]*>page 7</a>', html)
    nothing = (await client.get("/?q=graph&inside=1&category=math")).text
    assert "No passage fits" in nothing
