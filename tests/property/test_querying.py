"""Any text is a query or one mistake with its place, and a query is written as it is read."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.querying import MAX_LENGTH, QuerySyntaxError, narrowed, parse, render
from common.querying.query import FIELDS, Query, Term
from common.vectors.filters import Filters

MARKS = '"“”„‟«»＂'
PIECES = st.one_of(
    st.sampled_from(
        [*(f"{field}:" for field in FIELDS), *MARKS, *"-()[]{}:. ", "AND", "OR", "NOT", "foo:"]
    ),
    st.sampled_from(
        ["graph", "the", "cs.LG", "2020..", "2401.00001", "Hinton, G", "http://x", "zero-shot"]
    ),
    st.text(max_size=3),
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))

WORD = st.text(string.ascii_letters + string.digits + "äß’+", max_size=8).map("x".__add__)
PHRASE = st.lists(st.one_of(WORD, st.just("-x"), st.just("a:b"), st.just("(")), min_size=1).map(
    lambda words: " ".join(["x", *words])
)
VALUES = {
    "": WORD,
    "ti": WORD,
    "abs": WORD,
    "au": st.sampled_from(["hinton", "G.Hinton"]),
    "cat": st.sampled_from(["cs", "cs.LG", "math.*"]),
    "id": st.sampled_from(["2401.00001", "10.1000/xyz", "hep-th/9901001"]),
    "year": st.sampled_from(["2024", "2020..", "..2019", "2020..2024"]),
    "feed": st.sampled_from(["ai", "a_b-c.d"]),
    "tag": WORD,
}


@st.composite
def terms(draw: st.DrawFn) -> Term:
    field = draw(st.sampled_from(["", *FIELDS]))
    phrase = field in ("", "ti", "abs", "tag") and draw(st.booleans())
    text = draw(PHRASE if phrase else VALUES[field])
    return Term(text, field, (), phrase, draw(st.booleans()))


def bare(query: Query) -> list[Term]:
    """The terms without what is worked out from their text and place."""
    return [term._replace(stems=(), at=1) for term in query.terms]


def read(text: str) -> Query | QuerySyntaxError:
    try:
        return parse(text, "q")
    except QuerySyntaxError as mistake:
        return mistake


@given(TEXTS)
@example("ti:“")
@example("\x00-\x1f:")
def test_any_text_is_a_query_or_one_mistake(text: str) -> None:
    found = read(text)
    if isinstance(found, QuerySyntaxError):
        assert found.field == "q"
        assert 1 <= found.position <= len(text)
        assert 1 <= found.length <= len(text) - found.position + 1
        assert found.message.endswith(f"(position {found.position})")
        return
    assert [term.at for term in found.terms] == sorted({term.at for term in found.terms})
    assert all(term.text in text[term.at - 1 :] for term in found.terms)
    again = parse(render(found))
    assert bare(again) == bare(found)
    assert again.ranked == found.ranked


@pytest.mark.parametrize("piece", ['"', "-", "(", "a:", '-"a', "ti:", '"a"', "- ", "(-", "x:y:"])
def test_repetition_is_read_like_anything_else(piece: str) -> None:
    found = read(piece * (MAX_LENGTH // len(piece)))
    assert isinstance(found, QuerySyntaxError) or len(found.terms) <= MAX_LENGTH


@given(st.lists(terms(), max_size=12).map(tuple).map(Query))
def test_a_query_is_read_as_it_was_written(query: Query) -> None:
    text = render(query)
    if len(text) > MAX_LENGTH:
        return
    assert bare(parse(text)) == bare(query)


@given(st.lists(terms(), max_size=6).map(tuple).map(Query))
def test_a_query_narrows_or_explains_why_not(query: Query) -> None:
    asked = parse(render(query))
    tags = {term.text: ("a",) for term in asked.terms if term.field == "tag"}
    years = [term for term in asked.terms if term.field == "year" and not term.excluded]
    if len(years) > 1:
        return  # they may leave nothing
    found = narrowed(asked, Filters(), tags)
    assert (found == Filters()) == _only_words(asked)


def _only_words(query: Query) -> bool:
    """Whether nothing is asked but words to rank by, or that stop words are left out."""
    return not any(term.stems or term.phrase or term.field for term in query.narrowing)
