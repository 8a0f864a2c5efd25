"""Citations on the page of a paper, and taking a library along and back."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World

Client = AsyncTestClient[Any]
Meta = Callable[..., PaperMeta]
KEY = "arxiv:2401.00001"


async def test_a_paper_says_how_it_is_cited(client: Client, world: World, meta: Meta) -> None:
    world.add(meta('On "X" <&> Y', doi="10.1000/x", submitted="2026-07-13"), KEY)
    html = (await client.get("/paper/2401.00001")).text
    head = html.partition("</head>")[0]
    tags = re.findall(r'<meta name="(citation_\w+)" content="([^"]*)">', head)
    told = {name: unescape(content) for name, content in tags}
    assert told["citation_title"] == 'On "X" <&> Y'
    assert [unescape(c) for n, c in tags if n == "citation_author"] == [
        "Lovelace, Ada",
        "Turing, Alan",
    ]
    assert told["citation_doi"] == "10.1000/x"
    assert told["citation_publication_date"] == "2026/07/13"
    (span,) = re.findall(r'<span class="Z3988" title="([^"]*)">', html)
    assert parse_qs(unescape(span))["rft.atitle"] == ['On "X" <&> Y']
    assert "@misc{lovelace2026x-2401.00001," in unescape(html)
    for name in ("bibtex", "ris", "csl-json", "csv", "markdown"):
        place = f"/api/v1/papers/{KEY}/cite?format={name}"
        assert f'href="{place}" download' in html
        assert (await client.get(place)).status_code == 200


async def test_what_is_shown_can_be_taken_along(client: Client, world: World, meta: Meta) -> None:
    assert "Export" not in (await client.get("/library")).text
    for number in (1, 2):
        world.add(meta(f"Title {number}"), f"arxiv:2401.{number:05d}")
        said = {"tags": ["a b"]} if number == 1 else {"opinion": "like"}
        await client.put(f"/api/v1/library/papers/2401.{number:05d}", json=said)
    html = (await client.get("/library", params={"tag": "a b"})).text
    assert "Export what is shown here" in html
    place = unescape(re.findall(r'href="(/api/v1/library/export\?format=ris[^"]*)"', html)[0])
    assert (await client.get(place)).text.count("TY  - ") == 1
    assert "format=json" in html


async def test_papers_are_brought_in_by_a_form(client: Client, world: World, meta: Meta) -> None:
    world.add(meta(), KEY)
    html = (await client.get("/library")).text
    assert 'action="/library/import"' in html
    file = {"file": ("my.bib", b"@misc{a, eprint={2401.00001}}\n@misc{b, title={No <id>}}")}
    answer = await client.post("/library/import", files=file, data={"tag": "one, two"})
    assert answer.status_code == 200
    assert "<strong>1</strong> added" in answer.text
    assert "Line 2: <q>No &lt;id&gt;</q> has no arXiv id" in answer.text
    assert 'href="/library?tag=two">#two' in answer.text
    empty = {"file": ("", b"")}
    typed = await client.post(
        "/library/import", files=empty, data={"text": "2401.00001\n2401.77777", "tag": ""}
    )
    assert "<strong>1</strong> in the library before" in typed.text
    assert "<strong>1</strong> asked for at their source" in typed.text
    feeds = {"text": '<opml><outline xmlUrl="https://rss.arxiv.org/rss/cs.LG+cs.AI"/></opml>'}
    suggested = await client.post("/library/import", data=feeds)
    assert 'href="/?category=cs.LG&amp;category=cs.AI"' in suggested.text


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({"text": " "}, 400, "body: is empty"),
        ({"text": "2401.00001", "tag": 'a"b'}, 400, "tag: may not hold"),
        ({"text": "x\n" * 5001}, 413, "5001 entries"),
    ],
)
async def test_a_form_that_is_wrong_says_so(
    client: Client, world: World, form: dict[str, str], status: int, told: str
) -> None:
    answer = await client.post("/library/import", data=form)
    assert answer.status_code == status
    assert told in answer.text
    assert 'role="alert"' in answer.text
    assert world.library.values == {}
