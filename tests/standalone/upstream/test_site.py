"""Paths of the replayed site: kinds, PDFs, abstracts, what is not there."""

from collections.abc import Callable

import pytest

from standalone.upstream.asgi import Answer
from standalone.upstream.pdfs import Pdfs
from standalone.upstream.records import Record
from standalone.upstream.site import Asking, Paging, Site, kind_of
from standalone.upstream.store import Store


@pytest.fixture
def get(record: Callable[..., Record]) -> Callable[[str], Answer]:
    store = Store([record(), record(id="hep-th/9901001", version=1, title="<Old>")])
    store.announce([record(withdrawn=True, comment="Withdrawn", seen="2026-06-18")])
    site = Site(store, Pdfs(None), Paging())
    return lambda path: site.answer(Asking(path=path, pairs=(), root="http://x", now=0.0))


@pytest.mark.parametrize(
    ("path", "status", "media"),
    [
        ("/oai", 200, "text/xml"),
        ("/oai2", 200, "text/xml"),
        ("/api/query", 200, "application/atom+xml"),
        ("/rss/cs.AI", 200, "application/rss+xml"),
        ("/atom/cs.AI", 200, "application/atom+xml"),
        ("/rss/nix", 400, "text/html"),
        ("/pdf/2606.00001v1", 200, "application/pdf"),
        ("/pdf/2606.00001v1.pdf", 200, "application/pdf"),
        ("/pdf/hep-th/9901001", 200, "application/pdf"),
        ("/pdf/2606.00001", 404, "text/html"),  # withdrawn
        ("/pdf/2606.00001v2", 404, "text/html"),
        ("/pdf/2606.00001v3", 404, "text/html"),
        ("/pdf/2606.99999", 404, "text/html"),
        ("/pdf/<script>", 404, "text/html"),
        ("/abs/2606.00001", 200, "text/html"),
        ("/abs/hep-th/9901001v1", 200, "text/html"),
        ("/abs/nix", 404, "text/html"),
        ("/api/other", 404, "text/html"),
        ("/", 404, "text/html"),
    ],
)
def test_paths(get: Callable[[str], Answer], path: str, status: int, media: str) -> None:
    answer = get(path)
    assert (answer.status, answer.media_type.partition(";")[0]) == (status, media)
    assert b"<script>" not in answer.body
    assert answer.body.startswith(b"%PDF-") is (media == "application/pdf")


def test_pages_escape_what_they_show(get: Callable[[str], Answer]) -> None:
    assert b"&lt;Old&gt;" in get("/abs/hep-th/9901001").body


@pytest.mark.parametrize(
    ("path", "kind"), [("/oai", "oai"), ("/oai2", "oai"), ("/pdf/a/b", "pdf"), ("/x", "other")]
)
def test_kind(path: str, kind: str) -> None:
    assert kind_of(path) == kind
