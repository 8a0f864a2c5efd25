"""A PDF is sent, and papers near it are answered."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import AsyncTestClient

from common.events import PaperMeta
from common.reading.parsed import Parsed
from fakes_gateway import World
from fakes_indexer import InProcess
from gateway import app
from gateway.edge import Edge
from gateway.gate import LOCAL_NAMES, Gate
from gateway.hub import Hub
from gateway.upload.desk import RETRY_S, TURNS, Desk

Client = AsyncTestClient[Any]
Meta = Callable[..., PaperMeta]
API = "/api/v1/similar/pdf"
PDF = {"Content-Type": "application/pdf"}
DATA = Path(__file__).parents[2] / "common" / "reading" / "data"
PAPER = (DATA / "jose_00042.pdf").read_bytes()


@pytest.mark.parametrize(
    "sent",
    [{"content": PAPER, "headers": PDF}, {"files": {"file": ("a.pdf", PAPER, "application/pdf")}}],
    ids=["as the body", "as a form"],
)
async def test_papers_near_it(client: Client, world: World, meta: Meta, sent: Any) -> None:
    world.add(meta(), "arxiv:2401.00001")
    world.add(meta(), "arxiv:2401.00002")
    answer = await client.post(f"{API}?limit=1", **sent)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["mode"], len(found["items"])) == ("similar", 1)
    assert found["query"].startswith("A course on Geographic Data Science")
    texts, words = world.index.asked_near
    assert len(texts) == 5
    assert "Geographic Data Science" in words
    assert world.objects.bodies.keys() == {
        f"{kind}/arxiv:2401.0000{n}" for kind in ("pdf", "summary") for n in (1, 2)
    }, "nothing is kept of what was sent"


async def test_what_is_wrong_is_told(client: Client) -> None:
    locked, broken, scan = (
        {"content": (DATA / name).read_bytes(), "headers": PDF}
        for name in ("pdfminer.six__aes-128.pdf", "qpdf__issue-99.pdf", "olmocr__blanktext.pdf")
    )
    sent: Any
    for query, sent, status, told in (
        ("", locked, 422, "save it without the password"),
        ("", broken, 422, "print it to a new PDF"),
        ("", scan, 422, "text recognition"),
        ("", {"content": b"GIF89a", "headers": PDF}, 422, "is not a PDF"),
        ("", {"content": PAPER, "headers": {"Content-Type": "text/plain"}}, 415, "of a form"),
        ("", {"files": {"file": ("a.pdf", b"")}}, 400, "file: is missing"),
        ("", {"content": b"%PDF-" + b"x" * (1 << 20), "headers": PDF}, 413, "more than 1 MB"),
        ("?limit=51", {"content": PAPER, "headers": PDF}, 400, "limit"),
        ("?mode=x", {"content": PAPER, "headers": PDF}, 400, "is not a parameter here"),
    ):
        answer = await client.post(API + query, **sent)
        assert (answer.status_code, told in answer.json()["detail"]) == (status, True), told
        assert answer.headers["content-type"] == "application/problem+json"


async def test_other_routes_take_no_more_than_before(client: Client) -> None:
    answer = await client.post("/api/v1/papers", json={"ids": ["x" * 300_000]})
    assert answer.status_code == 413


async def test_it_needs_the_key(guarded: Client) -> None:
    assert (await guarded.post(API, content=PAPER, headers=PDF)).status_code == 401


class Held(InProcess):
    """Reads nothing until it may."""

    def __init__(self) -> None:
        self.begun = asyncio.Semaphore(0)
        self.may = asyncio.Event()

    async def read(self, body: bytes) -> Parsed:
        self.begun.release()
        await self.may.wait()
        return await super().read(body)


async def test_so_many_at_once_and_others_are_not_held_up(world: World, meta: Meta) -> None:
    world.add(meta(), "arxiv:2401.00001")
    held = Held()
    world.uploads = Desk(held, most_bytes=1 << 20)
    gate = Gate("", hosts=LOCAL_NAMES)
    made: Any = Edge(app.create(world.stores(), Hub(world.bus), gate), gate)
    way = httpx.ASGITransport(app=made)  # the other client asks one thing at a time
    async with httpx.AsyncClient(transport=way, base_url="http://127.0.0.1") as client:
        reading = [
            asyncio.create_task(client.post(API, content=PAPER, headers=PDF)) for _ in range(TURNS)
        ]
        for _ in reading:
            await held.begun.acquire()
        refused = await client.post(API, content=PAPER, headers=PDF)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, str(RETRY_S))
        assert (await client.get("/api/v1/papers")).status_code == 200
        held.may.set()
        assert [answer.status_code for answer in await asyncio.gather(*reading)] == [200] * TURNS
        assert (await client.post(API, content=PAPER, headers=PDF)).status_code == 200


async def test_its_body_is_described(client: Client) -> None:
    described = (await client.get("/api/v1/openapi.json")).json()
    body = described["paths"][API]["post"]["requestBody"]
    assert set(body["content"]) == {"application/pdf", "multipart/form-data"}
