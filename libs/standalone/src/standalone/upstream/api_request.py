"""Requests of the query API: parameters checked, errors worded as arXiv words them."""

from collections.abc import Sequence
from typing import Literal, cast, get_args

import msgspec

from standalone.upstream.identifier import Identifier, parse_identifier
from standalone.upstream.query import Query, QueryError, parse_query

MAX_RESULTS = 2000
MAX_WINDOW = 30000
SortBy = Literal["relevance", "lastUpdatedDate", "submittedDate"]
SortOrder = Literal["ascending", "descending"]


class ApiError(Exception):
    """A request arXiv answers with status 400 and an error entry."""


class ApiRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A legal request; `search_query` and `id_list` as they came."""

    search_query: str
    id_list: str
    query: Query | None
    ids: tuple[Identifier, ...]
    start: int
    max_results: int
    sort_by: SortBy
    sort_order: SortOrder


def parse_request(pairs: Sequence[tuple[str, str]]) -> ApiRequest:
    """Check the parameters of a request; unknown ones are ignored. Raises ApiError."""
    values = dict(pairs)
    start = _integer(values, "start", 0)
    max_results = _integer(values, "max_results", 10)
    if max_results > MAX_RESULTS:
        raise ApiError(f"max_results must be no greater than {MAX_RESULTS}")
    if start + max_results > MAX_WINDOW:
        raise ApiError(f"start plus max_results must be no greater than {MAX_WINDOW}")
    search_query, id_list = values.get("search_query", ""), values.get("id_list", "")
    sort_by = _choice(values, "sortBy", get_args(SortBy))
    sort_order = _choice(values, "sortOrder", ("descending", "ascending"))
    return ApiRequest(
        search_query=search_query,
        id_list=id_list,
        query=_query(search_query),
        ids=tuple(_identifier(one.strip()) for one in id_list.split(",") if one.strip()),
        start=start,
        max_results=max_results,
        sort_by=cast(SortBy, sort_by),
        sort_order=cast(SortOrder, sort_order),
    )


def _integer(values: dict[str, str], name: str, default: int) -> int:
    text = values.get(name) or str(default)
    try:
        value = int(text)
    except ValueError as error:
        raise ApiError(f"{name} must be an integer") from error
    if value < 0:
        raise ApiError(f"{name} must be non-negative")
    return value


def _choice(values: dict[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = values.get(name) or choices[0]
    if value not in choices:
        raise ApiError(f"{name} must be in: {', '.join(choices)}")
    return value


def _identifier(text: str) -> Identifier:
    parsed = parse_identifier(text)
    if parsed is None:
        raise ApiError(f"incorrect id format for {text}")
    return parsed


def _query(text: str) -> Query | None:
    if not text.strip():
        return None
    try:
        return parse_query(text)
    except QueryError as error:
        raise ApiError(f"malformed search_query: {error}") from error
