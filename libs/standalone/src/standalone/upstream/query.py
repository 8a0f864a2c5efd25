"""The query language of arXiv's API: text in, a tree of terms and operators out."""

import re
from datetime import UTC, datetime
from typing import Literal

import msgspec

FIELDS = frozenset({"ti", "au", "abs", "co", "jr", "cat", "rn", "id", "all"})
DATES = {"submittedDate": "submitted", "lastUpdatedDate": "updated"}
MAX_DEPTH = 50

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<paren>[()])
      | (?P<range>(?P<dated>\w+):\[\s*(?P<low>\S+?)\s+TO\s+(?P<high>\S+?)\s*\])
      | (?P<term>(?:(?P<field>\w+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+)))
    )""",
    re.VERBOSE,
)
Operator = Literal["AND", "OR", "ANDNOT"]
OPERATORS = frozenset({"AND", "OR", "ANDNOT"})


class QueryError(Exception):
    """A query that cannot be read; the message says why."""


class Term(msgspec.Struct, frozen=True):
    """Words to be found, in order, in one field."""

    field: str
    words: str


class DateRange(msgspec.Struct, frozen=True):
    """A submission or update time between two moments, both included; None is open."""

    field: str
    low: datetime | None
    high: datetime | None


class Both(msgspec.Struct, frozen=True):
    """Two queries joined by an operator."""

    operator: Operator
    left: "Query"
    right: "Query"


Query = Term | DateRange | Both
Piece = str | Term | DateRange


def parse_query(text: str) -> Query:
    """Parse a search_query: AND and ANDNOT bind before OR, blanks between terms mean OR.

    Raises QueryError.
    """
    pieces = _pieces(text)
    query, rest = _either(pieces, 0, 0)
    if rest < len(pieces):
        raise QueryError(f"unexpected {pieces[rest]}")
    return query


def _pieces(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    position, text = 0, text.strip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise QueryError(f"cannot read it from {text[position : position + 20]!r} on")
        pieces.append(_piece(found))
        position = found.end()
    return pieces


def _piece(found: re.Match[str]) -> Piece:
    if found["paren"]:
        return found["paren"]
    if found["range"]:
        if found["dated"] not in DATES:
            raise QueryError(f"{found['dated']} is not a date field")
        low, high = _moment(found["low"], last=False), _moment(found["high"], last=True)
        return DateRange(DATES[found["dated"]], low, high)
    if found["term"] in OPERATORS:
        return found["term"]
    field = found["field"] or "all"
    if field not in FIELDS:
        raise QueryError(f"{field} is not a field; known: {', '.join(sorted(FIELDS))}")
    words = found["word"] if found["phrase"] is None else found["phrase"]
    return Term(field, words)


def _moment(digits: str, *, last: bool) -> datetime | None:
    if digits == "*":
        return None
    filled = digits + ("235959" if last else "000000")[len(digits) - 8 :] if digits else ""
    try:
        if digits.isdigit() and len(digits) in {8, 10, 12, 14}:
            return datetime.strptime(filled, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        pass
    raise QueryError(f"{digits} is not a date of the form YYYYMMDDHHMM")


def _either(pieces: list[Piece], at: int, depth: int) -> tuple[Query, int]:
    query, at = _together(pieces, at, depth)
    while at < len(pieces) and pieces[at] != ")":
        if pieces[at] == "OR":
            at += 1
        right, at = _together(pieces, at, depth)
        query = Both("OR", query, right)
    return query, at


def _together(pieces: list[Piece], at: int, depth: int) -> tuple[Query, int]:
    query, at = _one(pieces, at, depth)
    while at < len(pieces) and (pieces[at] == "AND" or pieces[at] == "ANDNOT"):
        operator: Operator = "AND" if pieces[at] == "AND" else "ANDNOT"
        right, at = _one(pieces, at + 1, depth)
        query = Both(operator, query, right)
    return query, at


def _one(pieces: list[Piece], at: int, depth: int) -> tuple[Query, int]:
    if at >= len(pieces):
        raise QueryError("it ends where a term is expected")
    if depth > MAX_DEPTH:
        raise QueryError("parentheses are nested too deeply")
    piece = pieces[at]
    if piece == "(":
        query, at = _either(pieces, at + 1, depth + 1)
        if at >= len(pieces):
            raise QueryError("a parenthesis is not closed")
        return query, at + 1
    if isinstance(piece, str):
        raise QueryError(f"unexpected {piece}")
    return piece, at + 1
