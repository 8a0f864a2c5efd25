"""What is derived from records: versions, dates, licence, withdrawal."""

from collections.abc import Callable
from datetime import date

import pytest

from standalone.upstream.paper import NONEXCLUSIVE, derive, is_replacement
from standalone.upstream.records import DayError, Record, StatedVersion
from standalone.upstream.store import Store
from standalone.upstream.window import submission_window

Make = Callable[..., Record]


@pytest.mark.parametrize(
    ("changes", "version"),
    [
        ({}, 1),
        ({"comment": "12 pages. v3: typos"}, 3),
        ({"comment": "Version 2: new proof"}, 2),
        ({"comment": "v2, v4 minor"}, 4),
        ({"comment": "about the release v2.1 of our code"}, 1),
        ({"comment": "see github.com/a/v2 and GPTv4"}, 1),
        ({"id": "2309.04645"}, 2),
        ({"id": "2605.00001"}, 1),
        ({"id": "2604.00001"}, 2),
        ({"version": 5, "comment": "v2"}, 5),
    ],
)
def test_version(record: Make, changes: dict[str, object], version: int) -> None:
    paper = derive(record(**changes))
    assert [one.number for one in paper.versions] == list(range(1, version + 1))
    moments = [one.at for one in paper.versions]
    assert moments == sorted(set(moments))


def test_the_newest_version_was_submitted_in_the_days_window(day: Store) -> None:
    opens, closes = submission_window(date(2026, 6, 17))
    assert all(opens <= paper.latest.at < closes for paper in day.listed)


def test_deriving_is_deterministic(record: Make) -> None:
    assert derive(record(comment="v3")) == derive(record(comment="v3"))


@pytest.mark.parametrize(
    ("comment", "withdrawn"),
    [
        (None, False),
        ("This paper has been withdrawn by the authors", True),
        ("I would like to withdraw the paper because", True),
        ("Withdrawn: error in lemma 3", True),
        ("Accepted to a workshop (withdrawn before presentation)", False),
        ("On the withdrawal of water", False),
    ],
)
def test_withdrawal(record: Make, comment: str | None, withdrawn: bool) -> None:
    latest = derive(record(comment=comment)).latest
    assert latest.withdrawn is withdrawn
    assert (latest.size_kb == 0) is withdrawn


@pytest.mark.parametrize(
    ("changes", "licence"),
    [
        ({}, NONEXCLUSIVE),
        (
            {"comment": "Under http://creativecommons.org/licenses/by/4.0/, 9 pages"},
            "http://creativecommons.org/licenses/by/4.0/",
        ),
        ({"license": "http://creativecommons.org/publicdomain/zero/1.0/"},) * 2,
    ],
)
def test_licence(record: Make, changes: dict[str, str], licence: object) -> None:
    expected = licence["license"] if isinstance(licence, dict) else licence
    assert derive(record(**changes)).licence == expected


def test_stated_versions_are_taken_as_they_are(record: Make) -> None:
    stated = [
        StatedVersion(version=2, at="2024-02-02T00:00:00Z", withdrawn=True),
        StatedVersion(version=1, at="2024-01-01T00:00:00Z"),
    ]
    paper = derive(record(versions=stated))
    assert [(one.number, one.withdrawn) for one in paper.versions] == [(1, False), (2, True)]


@pytest.mark.parametrize(
    "changes",
    [{"seen": "17 June"}, {"seen": None}, {"versions": [StatedVersion(version=1, at="soon")]}],
)
def test_bad_dates_are_named(record: Make, changes: dict[str, object]) -> None:
    with pytest.raises(DayError, match=r"2606\.00001"):
        derive(record(**changes))


def test_ids_of_the_month_before_are_no_replacements() -> None:
    assert not is_replacement("2512.99999", date(2026, 1, 2))
    assert is_replacement("2511.99999", date(2026, 1, 2))
