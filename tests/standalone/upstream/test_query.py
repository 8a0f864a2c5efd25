"""The query language: what parses to what, and what does not."""

from datetime import UTC, datetime

import pytest

from standalone.upstream.query import Both, DateRange, Query, QueryError, Term, parse_query

A, B, C = Term("all", "a"), Term("all", "b"), Term("all", "c")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("a", A),
        ("ti:checkerboard", Term("ti", "checkerboard")),
        ("au:del_maestro", Term("au", "del_maestro")),
        ('ti:"quantum criticality"', Term("ti", "quantum criticality")),
        ('"a b"', Term("all", "a b")),
        ("cat:cond-mat.*", Term("cat", "cond-mat.*")),
        ("a AND b", Both("AND", A, B)),
        ("a OR b", Both("OR", A, B)),
        ("a ANDNOT b", Both("ANDNOT", A, B)),
        ("a b", Both("OR", A, B)),
        ("a AND b OR c", Both("OR", Both("AND", A, B), C)),
        ("a OR b AND c", Both("OR", A, Both("AND", B, C))),
        ("a AND (b OR c)", Both("AND", A, Both("OR", B, C))),
        ("(a)", A),
        ("((a) OR b) ANDNOT c", Both("ANDNOT", Both("OR", A, B), C)),
        ("ORANGE", Term("all", "ORANGE")),
        ("and", Term("all", "and")),
        (
            "submittedDate:[202301010600 TO 202401010600]",
            DateRange("submitted", at("2023-01-01T06:00"), at("2024-01-01T06:00:59")),
        ),
        (
            "lastUpdatedDate:[20230101 TO *]",
            DateRange("updated", at("2023-01-01T00:00"), None),
        ),
        (
            "a AND submittedDate:[20230101 TO 20230102]",
            Both(
                "AND",
                A,
                DateRange("submitted", at("2023-01-01T00:00"), at("2023-01-02T23:59:59")),
            ),
        ),
    ],
)
def test_parse(text: str, query: Query) -> None:
    assert parse_query(text) == query


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ends"),
        ("a AND", "ends"),
        ("AND a", "unexpected AND"),
        ("a OR OR b", "unexpected OR"),
        ("(a", "not closed"),
        ("a)", r"unexpected \)"),
        ("()", r"unexpected \)"),
        ("xx:a", "xx is not a field"),
        ('ti:"open', "cannot read"),
        ("submittedDate:[2023 TO 2024]", "2023 is not a date"),
        ("submittedDate:[20231301 TO 20240101]", "20231301 is not a date"),
        ("madeDate:[20230101 TO 20240101]", "madeDate is not a date field"),
        ("(" * 2000 + "a" + ")" * 2000, "too deeply"),
    ],
)
def test_errors(text: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        parse_query(text)


def test_long_chains_parse() -> None:
    assert parse_query(" AND ".join(["a"] * 500))
