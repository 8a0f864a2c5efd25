import re
from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World

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
    html = (await client.get("/rows?id=arxiv:2401.00001&id=arxiv:9999.99999")).text
    assert html.count('class="row"') == 1


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
