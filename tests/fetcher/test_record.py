"""Texts, times and days of records."""

import pytest

from fakes_fetcher import record
from fetcher.record import (
    ABSTRACT_KEPT,
    TEXT_MOST,
    announcement_day,
    cut_authors,
    is_old_news,
    kept,
    paragraphs,
    rfc3339,
    says_withdrawn,
    with_links,
)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Mon, 25 Jan 2021 11:32:05 GMT", "2021-01-25T11:32:05Z"),
        ("Wed, 20 Aug 2025 00:00:00 -0400", "2025-08-20T04:00:00Z"),
        ("2006-01-02T14:57:58Z", "2006-01-02T14:57:58Z"),
        ("2025-08-20T00:00:00-04:00", "2025-08-20T04:00:00Z"),
        (" 2014-01-09 ", "2014-01-09T00:00:00Z"),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_times(text: str, time: str) -> None:
    assert rfc3339(text) == time


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("  One line\nand another.\n", "One line and another."),
        ("  First.\n  Second $x$\nends.", "First.\nSecond $x$ ends."),
        ("A.\n\nB.", "A.\nB."),
        ("", ""),
    ],
)
def test_abstracts(text: str, joined: str) -> None:
    assert paragraphs(text) == joined


@pytest.mark.parametrize(
    ("chars", "left"),
    [(10, 10), (11, 10), (TEXT_MOST, 10), (TEXT_MOST + 1, TEXT_MOST + 1)],
)
def test_long_texts_are_cut_and_monstrous_ones_left_to_die(chars: int, left: int) -> None:
    assert len(kept("x" * chars, 10)) == left


def test_a_long_abstract_is_cut_and_a_monstrous_one_is_not() -> None:
    assert len(paragraphs("x" * (ABSTRACT_KEPT + 1))) == ABSTRACT_KEPT
    assert len(paragraphs("x" * 2_000_000)) == 2_000_000


@pytest.mark.parametrize(
    ("comment", "withdrawn"),
    [
        ("This paper has been withdrawn by the author(s) due to some mistakes", True),
        ("This has been withdrawn by arXiv administrators", True),
        ("withdrawn by arXiv administrators due to plagiarism", True),
        ("paper withdrawn by author", True),
        ("This article has been withdrawn because it was merged", True),
        ("Withdrawn.", True),
        ("12 pages; supersedes a withdrawn paper", False),
        ("This paper was withdrawn from ICML 2024", False),
        ("9 pages, published in JHEP", False),
        ("", False),
    ],
)
def test_comments_that_withdraw(comment: str, withdrawn: bool) -> None:
    assert says_withdrawn(comment) is withdrawn


@pytest.mark.parametrize(
    ("updated", "changed", "day"),
    [
        ("2026-09-11T13:55:30Z", "2026-09-14", "2026-09-14"),
        ("2026-09-11T13:55:30Z", "", "2026-09-14"),  # computed from the calendar
        ("2014-01-09T10:00:00Z", "2026-09-14", "2014-01-10"),  # a bulk update years later
        ("2026-09-01T10:00:00Z", "2026-09-14", "2026-09-14"),  # held for a while
        ("", "2026-09-14", "2026-09-14"),
    ],
)
def test_the_day_of_announcement(updated: str, changed: str, day: str) -> None:
    assert announcement_day(updated, changed) == day


@pytest.mark.parametrize(
    ("paper", "announced", "old"),
    [
        ("arxiv:2607.00001", "2026-07-14", False),
        ("arxiv:1401.2122", "2014-01-10", True),  # a journal reference was added today
        ("arxiv:1401.2122", "2026-07-13", False),  # a new version of an old paper
        ("arxiv:2606.00001", "2026-06-02", False),  # held for six weeks
        ("arxiv:hep-th/9901001", "1999-01-05", True),
        ("arxiv:math/0601001", "2006-01-05", True),
    ],
)
def test_old_news(paper: str, announced: str, old: bool) -> None:
    assert is_old_news(record(paper, announced=announced), "2026-07-12") is old


def test_many_authors_are_cut_and_counted() -> None:
    names, total = cut_authors([f"A. {n}" for n in range(3000)])
    assert (len(names), total) == (200, 3000)


def test_links_name_the_version() -> None:
    meta = with_links(record().meta, "hep-th/9901001", 2)
    assert meta.abs_url == "https://arxiv.org/abs/hep-th/9901001v2"
    assert meta.pdf_url == "https://arxiv.org/pdf/hep-th/9901001v2"
