"""Which paper matches which query, and how well."""

from collections.abc import Callable

import pytest

from standalone.upstream.match import Searchable, fold
from standalone.upstream.paper import derive
from standalone.upstream.query import parse_query
from standalone.upstream.records import Record


@pytest.fixture
def paper(record: Callable[..., Record]) -> Searchable:
    found = derive(
        record(
            title="Élan vital: a study of self-attention",
            abstract="We study $k$-means in high-dimensional spaces.",
            comment="12 pages, NeurIPS 2026",
            authors=["André Weil", "Ada Lovelace"],
            journal_ref="J. Deep 12",
            report_no="CERN-2026-1",
        )
    )
    return Searchable(found, found.latest)


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("ti:elan", True),
        ("ti:ELAN", True),
        ("ti:ela", False),
        ("ti:ela*", True),
        ("ti:el?n", True),
        ('ti:"study of self-attention"', True),
        ('ti:"of study"', False),
        ("ti:means", False),
        ("abs:means", True),
        ("all:means", True),
        ("means", True),
        ("au:weil", True),
        ("au:andre_weil", True),
        ('au:"weil ada"', False),
        ("co:neurips", True),
        ("jr:deep", True),
        ("rn:cern-2026-1", True),
        ("id:2606.00001", True),
        ("cat:cs.AI", True),
        ("cat:cs.ai", True),
        ("cat:cs", False),
        ("cat:cs.*", True),
        ("cat:q-fin.ST", True),
        ("all:cs.AI", True),
        ("ti:elan AND abs:means", True),
        ("ti:elan AND abs:nothing", False),
        ("ti:elan ANDNOT abs:means", False),
        ("ti:nothing OR abs:means", True),
        ("ti:nothing ANDNOT abs:nothing", False),
        ('ti:""', False),
        ("ti:...", False),
        ("submittedDate:[202606151800 TO 202606161800]", True),
        ("submittedDate:[* TO 20260614]", False),
        ("lastUpdatedDate:[20260615 TO *]", True),
    ],
)
def test_matches(paper: Searchable, query: str, matches: bool) -> None:
    assert bool(paper.score(parse_query(query))) is matches


def test_a_word_of_the_title_weighs_more(paper: Searchable) -> None:
    assert paper.score(parse_query("all:elan")) > paper.score(parse_query("all:means"))


def test_fold() -> None:
    assert fold("Über_alles, $x$!") == " uber alles x "
