"""What is asked of arXiv, and what its PDFs turn out to be."""

from pathlib import Path
from typing import cast

import pytest

from common.paperid import parse
from fetcher.arxiv import Addresses, Arxiv, Listing, NoPdf, NotPdf, is_pdf, kind_of, tried
from fetcher.web import Answer, Incomplete, Limits, ServerError, Web

DATA = Path(__file__).parent / "data"
AT = Addresses(oai="http://a/oai", api="http://a/api", rss="http://a/rss", pdf="http://a/pdf")


class OneAnswer:
    def __init__(self, body: bytes, status: int = 200) -> None:
        self._answer = Answer(status, body, {})
        self.asked: list[tuple[str, dict[str, str]]] = []

    async def get(self, url: str, params: dict[str, str], limits: Limits) -> Answer:
        self.asked.append((url, params))
        return self._answer


def arxiv(body: bytes, status: int = 200) -> tuple[Arxiv, OneAnswer]:
    web = OneAnswer(body, status)
    return Arxiv(cast(Web, web), AT, limits=Limits(), pdf_limits=Limits()), web


@pytest.mark.parametrize(
    ("listing", "params"),
    [
        (
            Listing(set_spec="cs", since="2026-07-14"),
            {
                "verb": "ListRecords",
                "metadataPrefix": "arXivRaw",
                "from": "2026-07-14",
                "set": "cs",
            },
        ),
        (
            Listing(since="2026-07-14"),
            {"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from": "2026-07-14"},
        ),
        (
            Listing(set_spec="cs", since="2026-07-14", token="7|1"),
            {"verb": "ListRecords", "resumptionToken": "7|1"},
        ),
    ],
)
async def test_lists_are_asked_for_without_until(listing: Listing, params: dict[str, str]) -> None:
    source, web = arxiv((DATA / "oai_raw.xml").read_bytes())
    assert len((await source.list_records(listing)).records) == 2
    assert web.asked == [("http://a/oai", params)]


async def test_ids_with_and_without_version() -> None:
    source, web = arxiv((DATA / "atom_old_id.xml").read_bytes())
    found = await source.by_ids([parse("astro-ph/0601001"), parse("2401.00001v2")])
    assert found[0].paper == "arxiv:astro-ph/0601001"
    assert web.asked[0][1]["id_list"] == "astro-ph/0601001,2401.00001v2"
    assert "search_query" not in web.asked[0][1]


async def test_the_list_of_the_day() -> None:
    source, web = arxiv((DATA / "rss_day.xml").read_bytes())
    assert len((await source.announced(("cs.AI", "q-fin"))).items) == 7
    assert web.asked == [("http://a/rss/cs.AI+q-fin", {})]


async def test_a_pdf() -> None:
    source, web = arxiv(b"%PDF-1.7 ...")
    assert await source.pdf("hep-th/9901001", 2) == b"%PDF-1.7 ..."
    assert web.asked == [("http://a/pdf/hep-th/9901001v2", {})]


@pytest.mark.parametrize(
    ("body", "status", "error", "words"),
    [
        (b"", 404, NoPdf, "status 404"),
        (b"<!DOCTYPE html><html>", 200, NotPdf, "an HTML page"),
        (b"", 200, NotPdf, "is empty"),
        (b"\x1f\x8b\x08", 200, NotPdf, "gzip"),
        (b"%!PS-Adobe", 200, NotPdf, "PostScript"),
    ],
)
async def test_no_pdf(body: bytes, status: int, error: type[Exception], words: str) -> None:
    source, _ = arxiv(body, status)
    with pytest.raises(error, match=words):
        await source.pdf("2401.00001", 1)


def test_the_mark_may_come_a_little_later() -> None:
    assert is_pdf(b"junk\n%PDF-1.4")
    assert not is_pdf(b" " * 2000 + b"%PDF-1.4")
    assert kind_of(b"\x00\x01") == "not a PDF"


async def test_a_named_delay_is_left_to_the_caller() -> None:
    calls: list[int] = []

    async def fails() -> None:
        calls.append(1)
        raise ServerError("busy", delay_s=900)

    with pytest.raises(ServerError):
        await tried(fails, (Incomplete, ServerError))
    assert len(calls) == 1
