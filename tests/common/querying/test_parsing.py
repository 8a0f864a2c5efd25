"""The query language: every rule, and every mistake with its place."""

import pytest

from common.querying import QuerySyntaxError, Term, parse, render
from common.querying.query import Query

WIDE = "＂"


def parts(text: str) -> list[tuple[str, str, str]]:
    """Sign and field, value, and ``"`` for a phrase."""
    return [
        (
            f"{'-' if term.excluded else ''}{term.field}",
            term.text,
            '"' if term.phrase else "",
        )
        for term in parse(text).terms
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        (" \t\n ", []),
        ("graph networks", [("", "graph", ""), ("", "networks", "")]),
        ('"graph network" x', [("", "graph network", '"'), ("", "x", "")]),
        ('-survey -"state of the art"', [("-", "survey", ""), ("-", "state of the art", '"')]),
        ("ti:graph", [("ti", "graph", "")]),
        ("TI:graph Au:Hinton", [("ti", "graph", ""), ("au", "Hinton", "")]),
        ('ti:"graph network" -abs:survey', [("ti", "graph network", '"'), ("-abs", "survey", "")]),
        ('au:"Hinton, G"', [("au", "Hinton, G", '"')]),
        (
            "cat:cs.LG -cat:cs cat:stat.*",
            [("cat", "cs.LG", ""), ("-cat", "cs", ""), ("cat", "stat.*", "")],
        ),
        (
            "cat:cond-mat.str-el cat:q-bio.BM",
            [("cat", "cond-mat.str-el", ""), ("cat", "q-bio.BM", "")],
        ),
        ("id:2401.00001", [("id", "2401.00001", "")]),
        ("id:arXiv:2401.00001v2", [("id", "arXiv:2401.00001v2", "")]),
        ("id:https://arxiv.org/abs/2401.00001", [("id", "https://arxiv.org/abs/2401.00001", "")]),
        (
            "-id:10.1000/xyz id:hep-th/9901001",
            [("-id", "10.1000/xyz", ""), ("id", "hep-th/9901001", "")],
        ),
        ("year:2024", [("year", "2024", "")]),
        ("year:2020..2024 -year:..2019", [("year", "2020..2024", ""), ("-year", "..2019", "")]),
        ("feed:ai-scholar tag:later", [("feed", "ai-scholar", ""), ("tag", "later", "")]),
        ('tag:"to read"', [("tag", "to read", '"')]),
        # quotation marks of all kinds
        ("“graph network”", [("", "graph network", '"')]),
        ("„graph network“ «a b»", [("", "graph network", '"'), ("", "a b", '"')]),
        (f"{WIDE}a b{WIDE}", [("", "a b", '"')]),
        ("\"a b''", [("", "a b", '"')]),
        ('ti:“a "b" c”', [("ti", 'a "b" c', '"')]),
        ('"a “b” c"', [("", "a “b” c", '"')]),
        # what joins
        ("graph AND network", [("", "graph", ""), ("", "network", "")]),
        # pasted titles
        ("graphs - trees", [("", "graphs", ""), ("", "trees", "")]),
        ('"Why?": Explaining x', [("", "Why?", '"'), ("", "Explaining", ""), ("", "x", "")]),
        ('("a b"), c', [("", "a b", '"'), ("", "c", "")]),
        (
            "(1+1)-dimensional -(1+1)-forms",
            [("", "(1+1)-dimensional", ""), ("-", "(1+1)-forms", "")],
        ),
        ("ti:(1+1)-forms", [("ti", "(1+1)-forms", "")]),
    ],
)
def test_a_query_has_these_parts(text: str, found: list[tuple[str, str, str]]) -> None:
    assert parts(text) == found
    assert parts(render(parse(text))) == found


@pytest.mark.parametrize(
    "text",
    [
        "salt and pepper or not",
        "Attention: a survey",
        "CAT: Tag: networks",
        "graphs (and trees)",
        "a 3:1 ratio n:m std::move x:",
        "https://example.org/a?b:c arxiv:2401.00001 doi:10.1/x",
        "smile:) foo:- c++: (Note:this)",
        "-- — & $O(n)$ {x} don’t won't",
        "MedPlan:A system --Technical Train -> Deploy --",
    ],
)
def test_these_are_plain_words(text: str) -> None:
    assert parts(text) == [("", word, "") for word in text.split()]


FIELDS = "ti: au: abs: cat: id: year: feed: tag:"


@pytest.mark.parametrize(
    ("text", "says", "position", "length"),
    [
        ('graph "neural', 'a quotation mark is not closed; write it like "graph network"', 7, 1),
        ("ti:“neural", 'a quotation mark is not closed; write it like "graph network"', 4, 1),
        ('graph "" x', "there is nothing between the quotation marks", 7, 2),
        ('-" "', "there is nothing between the quotation marks", 1, 4),
        ('"a b"c', "a blank is missing here", 6, 1),
        ('a"b c"', "a blank is missing here", 2, 1),
        ("graph ti:", "ti: is followed by nothing", 7, 3),
        ("id: 2401.00001", "id: is followed by a blank; write id:word without one", 1, 3),
        ("graph -", "- is followed by nothing", 7, 1),
        ("x foo:bar", f"foo: is no field; use {FIELDS}, or put a blank behind the colon", 3, 7),
        ("title:bar", "title: is no field; write ti:, or put a blank behind the colon", 1, 9),
        ('-Author:"a b"', "author: is no field; write au:, or put a blank", 1, 13),
        ("a OR b", "OR: plain words are alternatives already; leave OR out, or write it in", 3, 2),
        ("a NOT b", "NOT: what must not be there has a minus, like -survey; or write not in", 3, 3),
        ("a ANDNOT b", "ANDNOT: what must not be there has a minus, like -survey", 3, 6),
        ("(ti:a b)", "brackets group nothing here; leave them out", 1, 5),
        ("ti:(a b)", "brackets group nothing here; leave them out", 1, 5),
        ("x -(a b)", "brackets group nothing here; leave them out", 3, 3),
        ('x (-"a b")', "brackets group nothing here; leave them out", 3, 7),
        ("ti:!!", "!! has neither letters nor digits; write a word", 1, 5),
        ('"?!"', "?! has neither letters nor digits; write a word", 1, 4),
        ("au:42", "au:42 is no name; write it like au:hinton", 1, 5),
        ("cat:42", "cat:42 is no category; write it like cat:cs.LG or cat:cs", 1, 6),
        ("id:42", "id:42 is no paper id; write it like id:2401.00001 or id:10.1000/xyz", 1, 5),
        (
            "year:20",
            "year:20 is no year; write it like year:2024, year:2020..2024, year:2020.. or year:",
            1,
            7,
        ),
        ("year:2020-2024", "year:2020-2024 is no year; write it like year:2024", 1, 14),
        ("year:20202024", "year:20202024 is no year", 1, 13),
        ("year:..", "year:.. is no year", 1, 7),
        (
            "x year:2024..2020",
            "year:2024..2020 ends before it begins; write year:2020..2024",
            3,
            15,
        ),
        ("feed:../x", "feed:../x is no name of a feed; write it like feed:ai-scholar", 1, 9),
        ("x" * 1001, "is 1001 characters long; at most 1000 fit", 1001, 1),
        ("word " * 51, "has 51 parts; at most 50 fit", 251, 1),
    ],
)
def test_a_mistake_is_explained_with_its_place(
    text: str, says: str, position: int, length: int
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text, "q")

    mistake = caught.value
    assert mistake.field == "q"
    assert mistake.what.startswith(says)
    assert mistake.message == f"{mistake.what} (position {position})"
    assert (mistake.position, mistake.length) == (position, length)


def test_a_mistake_goes_by_the_name_of_the_query() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("ti:")
    assert caught.value.field == "query"
    assert str(caught.value) == "query: ti: is followed by nothing (position 1)"


def test_a_part_knows_its_stems_and_its_place() -> None:
    assert parse("the zero-shot -cat:cs.LG").terms == (
        Term("the", at=1),
        Term("zero-shot", stems=("zero", "shot"), at=5),
        Term("cs.LG", "cat", excluded=True, at=15),
    )


@pytest.mark.parametrize(
    ("text", "ranked", "narrowing"),
    [
        ("what is attention", "what is attention", []),
        ('"bag of words" model', "bag of words model", ["bag of words"]),
        (
            "ti:graph abs:tree au:hinton -survey",
            "graph tree",
            ["graph", "tree", "hinton", "survey"],
        ),
        ("cat:cs.LG year:2024 -x", "", ["cs.LG", "2024", "x"]),
        ("cat:cs.LG & —", "", ["cs.LG"]),
        ("", "", []),
    ],
)
def test_words_rank_and_fields_narrow(text: str, ranked: str, narrowing: list[str]) -> None:
    query = parse(text)
    assert query.ranked == ranked
    assert [term.text for term in query.narrowing] == narrowing


def test_stop_words_do_not_count_towards_the_limit() -> None:
    assert len(parse("the word " * 50).terms) == 100


def test_a_query_is_written_as_it_is_read() -> None:
    query = Query((Term("a b", "ti", phrase=True), Term('say "x y"', phrase=True, excluded=True)))
    assert render(query) == 'ti:"a b" -“say "x y"”'
