"""From announcement to fetched paper."""

from typing import Any

import pytest

from common.errors import Unavailable
from common.events import ObjectRef, PaperAnnounced
from fakes_fetcher import FakeObjects, record
from fetcher.arxiv import NoPdf, NotPdf
from fetcher.download import Downloads
from fetcher.feeds import ArxivFeed, Feed
from fetcher.web import Forbidden, Incomplete, ServerError, TooLarge

FEEDS: dict[str, Feed] = {
    "all": ArxivFeed(name="all", categories=("*",)),
    "never": ArxivFeed(name="never", categories=("*",), download_pdf="never"),
}


class Source:
    def __init__(self, error: Exception | None = None) -> None:
        self._error = error
        self.asked: list[tuple[str, int]] = []

    async def pdf(self, local: str, version: int) -> bytes:
        self.asked.append((local, version))
        if self._error is not None:
            raise self._error
        return b"%PDF-1.7"


def announced(paper: str = "arxiv:2607.00001", **meta: Any) -> PaperAnnounced:
    found = record(paper, 2, **meta)
    return PaperAnnounced(paper=found.paper, version=2, epoch=3, meta=found.meta)


async def test_a_pdf_is_stored_by_its_content() -> None:
    objects, source = FakeObjects(), Source()
    fetched = await Downloads(source, objects, FEEDS, by_default=True).fetch(announced())
    assert source.asked == [("2607.00001", 2)]
    assert fetched.pdf is not None
    assert objects.bodies[fetched.pdf.key] == b"%PDF-1.7"
    assert fetched.pdf.key == f"pdf/{fetched.pdf.sha256[:2]}/{fetched.pdf.sha256}"
    assert (fetched.paper, fetched.version, fetched.epoch) == ("arxiv:2607.00001", 2, 3)
    assert fetched.notes == ()


@pytest.mark.parametrize(
    ("meta", "by_default", "note"),
    [
        ({"withdrawn": True}, True, "withdrawn"),
        ({"feeds": ("never",)}, True, "the feed does not download"),
        ({"feeds": ("never", "all")}, False, ""),
        ({"feeds": ("gone",)}, True, ""),
        ({}, False, "does not download"),
        ({"paper": "doi:10.1000/x"}, True, "only metadata"),
    ],
)
async def test_when_a_pdf_is_wanted(meta: dict[str, Any], by_default: bool, note: str) -> None:
    source = Source()
    downloads = Downloads(source, FakeObjects(), FEEDS, by_default=by_default)
    fetched = await downloads.fetch(announced(**meta))
    assert (fetched.pdf is None) == bool(note)
    assert bool(source.asked) != bool(note)
    assert note in " ".join(fetched.notes)


@pytest.mark.parametrize(
    ("error", "note"),
    [
        (NoPdf("arXiv has no PDF of this version"), "arXiv has no PDF of this version"),
        (NotPdf("what came instead is an HTML page"), "what came instead is an HTML page"),
        (TooLarge("http://a", 50_000_000), "the PDF has more than 50 MB"),
        (Incomplete("http://a broke off"), "the PDF could not be downloaded completely"),
        (ServerError("http://a answered 500"), "arXiv failed to give the PDF"),
        (Forbidden("http://a leads away"), "the PDF's address leads elsewhere"),
    ],
)
async def test_without_a_pdf_the_paper_goes_on_with_a_note(error: Exception, note: str) -> None:
    downloads = Downloads(Source(error), FakeObjects(), FEEDS, by_default=True)
    fetched = await downloads.fetch(announced())
    assert fetched.pdf is None
    assert fetched.notes == (f"no full text: {note}",)


@pytest.mark.parametrize(
    "error", [Unavailable("arxiv", "down"), ServerError("answered 403", delay_s=900)]
)
async def test_while_arxiv_is_silent_the_paper_waits(error: Exception) -> None:
    downloads = Downloads(Source(error), FakeObjects(), FEEDS, by_default=True)
    with pytest.raises(type(error)):
        await downloads.fetch(announced())


async def test_a_file_that_came_along_is_kept() -> None:
    ref = ObjectRef(key="pdf/aa/a", sha256="a", size_bytes=1)
    event = PaperAnnounced(paper="upload:a", version=1, meta=record().meta, pdf=ref)
    source = Source()
    fetched = await Downloads(source, FakeObjects(), FEEDS, by_default=True).fetch(event)
    assert (fetched.pdf, source.asked) == (ref, [])


async def test_the_same_announcement_twice_gives_the_same_fact() -> None:
    downloads = Downloads(Source(), FakeObjects(), FEEDS, by_default=True)
    assert await downloads.fetch(announced()) == await downloads.fetch(announced())
