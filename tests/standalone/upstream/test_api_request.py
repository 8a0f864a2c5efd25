"""Parameters of the query API, and the words of its errors."""

import pytest

from standalone.upstream.api_request import ApiError, parse_request


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("id_list", "abc", "incorrect id format for abc"),
        ("id_list", "2401.00001,2401.0001vx", "incorrect id format for 2401.0001vx"),
        ("start", "one", "start must be an integer"),
        ("start", "-1", "start must be non-negative"),
        ("start", "30000", "start plus max_results must be no greater than 30000"),
        ("max_results", "1.5", "max_results must be an integer"),
        ("max_results", "-5", "max_results must be non-negative"),
        ("max_results", "2001", "max_results must be no greater than 2000"),
        ("sortBy", "title", "sortBy must be in: relevance, lastUpdatedDate, submittedDate"),
        ("sortOrder", "up", "sortOrder must be in: descending, ascending"),
        ("search_query", "(a", "malformed search_query: a parenthesis is not closed"),
    ],
)
def test_errors(name: str, value: str, words: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_request([(name, value)])
    assert str(caught.value) == words


def test_what_is_not_given() -> None:
    request = parse_request([("search_query", ""), ("id_list", ""), ("start", ""), ("x", "y")])
    assert (request.query, request.ids) == (None, ())
    assert (request.start, request.max_results) == (0, 10)
    assert (request.sort_by, request.sort_order) == ("relevance", "descending")
