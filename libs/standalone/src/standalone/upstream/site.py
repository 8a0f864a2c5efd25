"""The replayed site without faults: a path and its arguments in, an answer out."""

import html
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import msgspec

from standalone.upstream.api import answer_api
from standalone.upstream.asgi import HTML, Answer
from standalone.upstream.identifier import parse_identifier
from standalone.upstream.misbehave import html_page
from standalone.upstream.news import FeedError, atom_feed, rss_feed
from standalone.upstream.oai import answer_oai
from standalone.upstream.oai_list import Harvest
from standalone.upstream.paper import Version
from standalone.upstream.pdfs import Pdfs
from standalone.upstream.store import Store

XML = "text/xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
RSS = "application/rss+xml; charset=utf-8"
Pairs = Sequence[tuple[str, str]]


class Paging(msgspec.Struct, frozen=True, kw_only=True):
    """How OAI lists are cut: items a page, and how long a resumption token lives."""

    page_size: int = 100
    token_ttl_s: float = 86400.0


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """A request: decoded path, arguments, the site's own address, the time (epoch seconds)."""

    path: str
    pairs: Pairs
    root: str
    now: float
    tokens_lapsed: bool = False


def kind_of(path: str) -> str:
    """Return what a path is about: oai, api, rss, atom, pdf, abs, control or other."""
    first = path.lstrip("/").partition("/")[0]
    if first == "oai2":
        return "oai"
    return first if first in {"oai", "api", "rss", "atom", "pdf", "abs", "control"} else "other"


class Site:
    """arXiv as of the records in the store."""

    def __init__(self, store: Store, pdfs: Pdfs, paging: Paging) -> None:
        self.store = store
        self._pdfs = pdfs
        self._paging = paging

    def answer(self, asking: Asking) -> Answer:
        """Return the answer to a request."""
        rest = asking.path.lstrip("/").partition("/")[2]
        match kind_of(asking.path):
            case "oai":
                return self._oai(asking)
            case "api" if rest == "query":
                now = datetime.fromtimestamp(asking.now, UTC)
                status, feed = answer_api(asking.pairs, self.store, now=now)
                return Answer(body=feed.encode(), media_type=ATOM, status=status)
            case "rss":
                return self._feed(rss_feed, rest, RSS)
            case "atom":
                return self._feed(atom_feed, rest, ATOM)
            case "pdf":
                return self._pdf(rest)
            case "abs":
                return self._abstract(rest)
            case _:
                return html_page("404: Not found", 404)

    def _oai(self, asking: Asking) -> Answer:
        harvest = Harvest(
            store=self.store,
            base_url=f"{asking.root}/oai",
            now=asking.now,
            page_size=self._paging.page_size,
            token_ttl_s=self._paging.token_ttl_s,
            tokens_lapsed=asking.tokens_lapsed,
        )
        return Answer(body=answer_oai(asking.pairs, harvest).encode(), media_type=XML)

    def _feed(self, write: Callable[[Store, str], str], categories: str, media: str) -> Answer:
        try:
            return Answer(body=write(self.store, categories).encode(), media_type=media)
        except FeedError as error:
            return html_page(f"400: {html.escape(str(error))}", 400)

    def _version(self, text: str) -> Version | None:
        parsed = parse_identifier(text)
        paper = self.store.get(parsed.id) if parsed else None
        return paper.version(parsed.version) if paper and parsed else None

    def _pdf(self, text: str) -> Answer:
        name = text.removesuffix(".pdf")
        version = self._version(name)
        if version is None:
            return html_page(f"404: Paper {html.escape(name)} doesn't exist", 404)
        if version.withdrawn:
            return html_page(f"404: PDF unavailable for {html.escape(name)}", 404)
        shown = f"{version.record.id.replace('/', '')}v{version.number}.pdf"
        return Answer(
            body=self._pdfs.get(version),
            media_type="application/pdf",
            headers=(
                ("content-disposition", f'inline; filename="{shown}"'),
                ("last-modified", version.at.strftime("%a, %d %b %Y %H:%M:%S GMT")),
            ),
        )

    def _abstract(self, text: str) -> Answer:
        version = self._version(text)
        if version is None:
            return html_page(f"404: Paper {html.escape(text)} doesn't exist", 404)
        record = version.record
        name = f"{record.id}v{version.number}"
        page = (
            f"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>"
            f"<title>[{name}] {html.escape(record.title)}</title></head><body>"
            f"<h1>{html.escape(record.title)}</h1><p>{html.escape(', '.join(record.authors))}</p>"
            f"<blockquote>{html.escape(record.abstract)}</blockquote>"
            f"<p>{html.escape(record.comment or '')}</p>"
            f"<p><a href='/pdf/{name}'>PDF</a> {' '.join(record.categories)}</p></body></html>\n"
        )
        return Answer(body=page.encode(), media_type=HTML)
