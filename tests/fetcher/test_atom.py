"""Answers of the query API, real ones."""

from pathlib import Path

import pytest

from common.xmltree import NotXml
from fetcher.atom import QueryRefused, parse_answer

DATA = Path(__file__).parent / "data"


def answer(name: str):  # type: ignore[no-untyped-def]
    return parse_answer((DATA / name).read_bytes())


def test_an_old_id() -> None:
    found = answer("atom_old_id.xml")
    (only,) = found.records
    assert (found.total, only.paper, only.version) == (1, "arxiv:astro-ph/0601001", 1)
    assert only.meta.authors[0] == "Andrew Gould"
    assert only.meta.categories == ("astro-ph",)
    assert only.meta.journal_ref == "ActaAstron.56:1-50,2006"
    assert only.meta.submitted == only.meta.updated == "2006-01-02T14:57:58Z"
    assert only.meta.announced == "2006-01-03"
    assert only.meta.comment.startswith("62 pages including 16 figures")


def test_a_query() -> None:
    found = answer("atom_query.xml")
    assert (len(found.records), found.total) == (10, 214881)
    assert all(r.meta.title and r.meta.authors and r.meta.categories for r in found.records)
    later = next(r for r in found.records if r.version > 1)
    assert [v.version for v in later.meta.versions] == [1, later.version]


def test_primary_category_comes_first_and_once() -> None:
    for record in answer("atom_two.xml").records:
        assert len(set(record.meta.categories)) == len(record.meta.categories)
        assert "." in record.meta.categories[0]


def test_an_unknown_id_is_no_record() -> None:
    assert answer("atom_unknown.xml").records == ()


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("atom_error.xml", QueryRefused, "incorrect id format for abc"),
        ("oai_list.xml", NotXml, "instead of a feed"),
    ],
)
def test_errors(name: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        answer(name)
