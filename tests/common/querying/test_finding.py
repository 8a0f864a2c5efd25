"""Which parts of a query a paper has, and where."""

import pytest

from common.querying import Hit, Texts, occurrences, parse
from common.ranking.covering import covered

TEXTS = Texts(
    title="Bags of words for zero-shot Schrödinger operators",
    abstract='We operate on $\\mathcal{O}(n)$ words. The words of Schr\\"odinger, in a bag.',
    authors=("Geoffrey Everest Hinton", "Y. LeCun"),
    categories=("cs.LG", "math-ph"),
    feeds=("ai-scholar",),
    announced="2024-02-29",
    paper="arxiv:2402.00001",
)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("word", {"title": 1, "abstract": 2}),
        ("the", {}),
        ('"the words"', {"abstract": 1}),
        ('"bag of word"', {"title": 1}),
        ('"bag word"', {}),
        ('"words bag"', {}),
        ("ti:of", {"title": 1}),
        ("zero-shot", {"title": 1}),
        ('"zero shot"', {"title": 1}),
        ("schrodinger", {"title": 1, "abstract": 1}),
        ("abs:operating", {"abstract": 1}),
        ("mathcal", {}),
        ("au:hinton", {"author": 1}),
        ("cat:cs", {"category": 1}),
        ("cat:CS.lg", {"category": 1}),
        ("cat:math", {}),
        ("feed:ai-scholar", {"feed": 1}),
        ("feed:ai", {}),
        ("year:2024", {"year": 1}),
        ("year:2020..", {"year": 1}),
        ("year:..2023", {}),
        ("id:2402.00001v3", {"id": 1}),
        ("id:https://arxiv.org/abs/2402.00002", {}),
        ("tag:later", {}),
    ],
)
def test_a_part_is_found_in_its_places(text: str, places: dict[str, int]) -> None:
    (term,) = parse(text).terms
    (out,) = parse(f"-{text}").terms

    hits = occurrences(term, TEXTS)

    assert {hit.place: hit.count for hit in hits} == places
    assert occurrences(out, TEXTS) == hits


def test_a_paper_without_a_day_is_of_no_year() -> None:
    (term,) = parse("year:2024").terms
    assert not occurrences(term, Texts(title="x"))


def test_what_is_found_comes_in_the_order_of_the_query() -> None:
    query = parse('words "bag of words" -zebra au:hinton banana cat:cs')
    assert covered(query, TEXTS).hits == (
        Hit(text="words", place="title"),
        Hit(text="words", place="abstract", count=2),
        Hit(text="bag of words", place="title"),
        Hit(text="hinton", place="author"),
        Hit(text="cs", place="category"),
    )
