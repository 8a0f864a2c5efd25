"""Answers of the query API: an Atom feed of papers, or of one error."""

import base64
import hashlib
from datetime import datetime
from urllib.parse import quote

from standalone.upstream.api_request import ApiRequest
from standalone.upstream.markup import attributes, element, text
from standalone.upstream.paper import Version

ATOM = "http://www.w3.org/2005/Atom"
ARXIV = "http://arxiv.org/schemas/atom"
OPEN_SEARCH = "http://a9.com/-/spec/opensearch/1.1/"
ERRORS = "https://arxiv.org/api/errors"
_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    f'<feed xmlns:opensearch="{OPEN_SEARCH}" xmlns:arxiv="{ARXIV}" xmlns="{ATOM}">\n'
)


def _link(href: str, **named: str) -> str:
    pairs = (("href", href), *((key.rstrip("_"), one) for key, one in named.items()))
    return f"<link{attributes(pairs)}/>"


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _counts(per_page: int, total: int, start: int) -> list[str]:
    return [
        element("opensearch:itemsPerPage", str(per_page)),
        element("opensearch:totalResults", str(total)),
        element("opensearch:startIndex", str(start)),
    ]


def _feed(lines: list[str]) -> str:
    return _HEAD + "\n".join(f"  {line}" for line in lines if line) + "\n</feed>\n"


def shown_query(request: ApiRequest) -> str:
    """Return the search query as arXiv repeats it: a bare word is meant for all fields."""
    query = request.search_query
    return f"all:{query}" if query.isalnum() else query


def entry(version: Version, published: datetime) -> str:
    """Return the entry of one version of a paper; `published` is its first version's time."""
    record = version.record
    name = f"{record.id}v{version.number}"
    doi = record.doi
    parts = [
        element("id", f"http://arxiv.org/abs/{name}"),
        element("title", record.title),
        element("updated", _moment(version.at)),
        _link(f"https://arxiv.org/abs/{name}", rel="alternate", type_="text/html"),
        _link(f"https://arxiv.org/pdf/{name}", rel="related", type_="application/pdf", title="pdf"),
        element("summary", record.abstract),
        *(
            f"<category{attributes((('term', one), ('scheme', ARXIV)))}/>"
            for one in record.categories
        ),
        element("published", _moment(published)),
        element("arxiv:comment", record.comment),
        f"<arxiv:primary_category{attributes([('term', record.categories[0])])}/>",
        element("arxiv:journal_ref", record.journal_ref),
        *(f"<author>\n      {element('name', one)}\n    </author>" for one in record.authors),
        element("arxiv:doi", doi),
        _link(f"https://doi.org/{doi}", rel="related", title="doi") if doi else "",
    ]
    body = "\n".join(f"    {part}" for part in parts if part)
    return f"<entry>\n{body}\n  </entry>"


def results(request: ApiRequest, entries: list[str], *, total: int, now: datetime) -> str:
    """Return the feed of a search's answer."""
    query = shown_query(request)
    counts = f"start={request.start}&max_results={request.max_results}"
    shown = f"search_query={query}&id_list={request.id_list}&{counts}"
    digest = base64.b64encode(hashlib.sha1(shown.encode(), usedforsecurity=False).digest())
    quoted = quote(query, safe=":/()")
    href = f"https://arxiv.org/api/query?search_query={quoted}&{counts}&id_list={request.id_list}"
    return _feed(
        [
            element("id", f"https://arxiv.org/api/{digest.decode().rstrip('=')}"),
            element("title", f"arXiv Query: {shown}"),
            element("updated", _moment(now)),
            _link(href, type_="application/atom+xml"),
            *_counts(request.max_results, total, request.start),
            *entries,
        ]
    )


def error_feed(message: str, now: datetime) -> str:
    """Return the feed that tells an error: one entry titled Error."""
    address = f"{ERRORS}#{message.replace(' ', '_')}"
    parts = [
        element("id", address),
        "<title>Error</title>",
        element("updated", _moment(now)),
        _link(address, rel="alternate", type_="text/html"),
        f"<summary>{text(message)}</summary>",
        "<author>\n      <name>arXiv api core</name>\n    </author>",
    ]
    body = "\n".join(f"    {part}" for part in parts)
    return _feed(
        [
            "<id>https://arxiv.org/</id>",
            "<title>arXiv Search Results</title>",
            element("updated", _moment(now)),
            *_counts(1, 1, 0),
            f"<entry>\n{body}\n  </entry>",
        ]
    )
