from collections.abc import Callable
from pathlib import Path
from typing import Any

from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from fakes_gateway import World

Client = AsyncTestClient[Any]
Meta = Callable[..., PaperMeta]
DATA = Path(__file__).parents[2] / "common" / "reading" / "data"
FORM = 'enctype="multipart/form-data"'


async def test_the_form_says_how_much_may_be_sent(client: Client) -> None:
    html = (await client.get("/similar")).text
    assert FORM in html
    assert "up to 1 MB" in html


async def test_papers_near_a_pdf_without_scripts(client: Client, world: World, meta: Meta) -> None:
    world.add(meta("A neighbour"), "arxiv:2401.00001")
    body = (DATA / "jose_00042.pdf").read_bytes()
    answer = await client.post("/similar", files={"file": ("a.pdf", body)})
    assert answer.status_code == 200
    assert "A neighbour" in answer.text
    assert "<q>A course on Geographic Data Science" in answer.text
    assert FORM in answer.text, "another can be sent"


async def test_what_is_wrong_stands_above_the_form(client: Client) -> None:
    body = (DATA / "pdfminer.six__aes-128.pdf").read_bytes()
    answer = await client.post("/similar", files={"file": ("a.pdf", body)})
    assert answer.status_code == 422
    assert answer.headers["cache-control"] == "no-store"
    assert "save it without the password" in answer.text
    assert FORM in answer.text
    assert "is missing; choose a PDF" in (await client.post("/similar", files={"file": b""})).text


async def test_where_there_are_no_papers_yet(client: Client) -> None:
    body = (DATA / "jose_00042.pdf").read_bytes()
    answer = await client.post("/similar", files={"file": ("a.pdf", body)})
    assert "No paper yet" in answer.text
