"""The query API: a request's parameters in, status and Atom feed out."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from standalone.upstream.api_request import ApiError, ApiRequest, parse_request
from standalone.upstream.atom import entry, error_feed, results
from standalone.upstream.match import Searchable
from standalone.upstream.paper import Paper, Version
from standalone.upstream.store import Store

Found = tuple[float, Paper, Version]


def answer_api(pairs: Sequence[tuple[str, str]], store: Store, *, now: datetime) -> tuple[int, str]:
    """Return the HTTP status and the feed that answer a request."""
    try:
        request = parse_request(pairs)
    except ApiError as error:
        return 400, error_feed(str(error), now)
    found = _sorted(request, list(_found(request, store)))
    page = found[request.start : request.start + request.max_results]
    entries = [entry(version, paper.versions[0].at) for _, paper, version in page]
    return 200, results(request, entries, total=len(found), now=now)


def _candidates(request: ApiRequest, store: Store) -> Iterator[tuple[Paper, Version]]:
    if not request.ids:
        if request.query is not None:
            yield from ((paper, paper.latest) for paper in store.listed)
        return
    for paper_id, number in dict.fromkeys(request.ids):
        paper = store.get(paper_id)
        version = paper.version(number) if paper else None
        if paper and version:
            yield paper, version


def _found(request: ApiRequest, store: Store) -> Iterator[Found]:
    for paper, version in _candidates(request, store):
        query = request.query
        score = 1.0 if query is None else Searchable(paper, version).score(query)
        if score:
            yield score, paper, version


def _sorted(request: ApiRequest, found: list[Found]) -> list[Found]:
    """Sort stably; without a query relevance leaves the order of the id list."""
    falling = request.sort_order == "descending"
    match request.sort_by:
        case "submittedDate":
            return sorted(found, key=lambda one: one[1].versions[0].at, reverse=falling)
        case "lastUpdatedDate":
            return sorted(found, key=lambda one: one[2].at, reverse=falling)
        case "relevance":
            return sorted(found, key=lambda one: one[0], reverse=falling)
