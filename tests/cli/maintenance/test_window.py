"""A window of maintenance: what a person may plan, and who is told what and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from cli.maintenance.window import Window, ending, posts, window
from common.errors import UsageError

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
START, END = "2026-12-06 02:00", "2026-12-06 06:00"
WHY = "a new disk"


def planned(starts: str = START, ends: str = END, **more: Any) -> Window:
    chosen = {"zone": "UTC", "operators_only": False, **more}
    return window((starts, ends), WHY, NOW, **chosen)


def at(hours: float) -> str:
    """So long after the start."""
    moment = datetime(2026, 12, 6, 2, 0, tzinfo=UTC) + timedelta(hours=hours)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def test_times_as_people_write_them() -> None:
    one = planned()
    assert (one.id, one.starts, one.ends) == (
        "20261206T020000Z",
        "2026-12-06T02:00:00Z",
        "2026-12-06T06:00:00Z",
    )
    assert planned(ends="4h").ends == one.ends
    assert planned(starts="2026-12-06T03:00:00+01:00").starts == one.starts
    assert planned(starts="2026-12-05 21:00", ends="4h", zone="America/New_York") == planned(
        ends="4h"
    )
    assert "Sun 06 Dec 02:00 UTC to Sun 06 Dec 06:00 UTC: a new disk" in one.words()


@pytest.mark.parametrize(
    ("starts", "ends", "option"),
    [
        ("soon", END, "--from"),
        (START, "later", "--to"),
        (START, "0h", "--to"),
        (START, "2026-12-06 02:00", "--to"),
        (START, "8d", "--to"),
        ("2026-11-30 02:00", "2h", "--to"),
        ("2027-12-06 02:00", "2h", "--from"),
    ],
)
def test_what_does_not_fit_is_named(starts: str, ends: str, option: str) -> None:
    with pytest.raises(UsageError, match=option):
        planned(starts, ends)


def test_a_reason_is_needed() -> None:
    with pytest.raises(UsageError, match="--why"):
        window((START, END), "  ", NOW, zone="UTC", operators_only=False)


def test_those_concerned_are_told_48_hours_before_at_the_start_and_at_the_end() -> None:
    one = planned()
    due = [(post.at, post.letter.audience) for post in posts(one, one.planned)]
    assert due == [
        (when, audience)
        for when in ("2026-12-04T02:00:00Z", one.starts, one.ends)
        for audience in ("operators", "watchers")
    ]
    names = {post.letter.name for post in posts(one, one.planned)}
    assert len(names) == 3  # who is an operator and watches is told once
    assert len({post.name for post in posts(one, one.planned)}) == 6
    assert all(WHY in post.letter.text for post in posts(one, one.planned))
    inside = msgspec.structs.replace(one, operators_only=True)
    assert {post.letter.audience for post in posts(inside, one.planned)} == {"operators"}


def test_one_planned_late_is_told_at_once_and_one_that_began_as_begun() -> None:
    late = planned("2026-12-01 20:00", "2h")
    assert next(posts(late, late.planned)).at == late.planned
    begun = planned("2026-12-01 11:00", "2h")
    assert [post.at for post in posts(begun, begun.planned)][::2] == [begun.starts, begun.ends]


@pytest.mark.parametrize(
    ("hours", "state"),
    [(-1, "planned"), (0, "now"), (3.9, "now"), (4, "over")],
)
def test_its_state(hours: float, state: str) -> None:
    assert planned().state(at(hours)) == state
    assert planned().is_ahead(at(hours)) is (state != "over")


@pytest.mark.parametrize(
    ("hours", "state", "titles"),
    [(-60, "cancelled", []), (-47, "cancelled", ["is cancelled"] * 2), (1, "over", ["ended"] * 2)],
)
def test_calling_it_off(hours: float, state: str, titles: list[str]) -> None:
    told = ending(planned(), at(hours))
    assert len(told) == len(titles)
    assert all(words in one.title for words, one in zip(titles, told, strict=True))
    called_off = msgspec.structs.replace(planned(), cancelled=at(hours))
    assert called_off.state(at(hours)) == state
    assert not called_off.is_ahead(at(hours))
