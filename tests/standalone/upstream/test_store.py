"""Announcements into the store: added, replaced, all or none."""

from collections.abc import Callable
from datetime import date

import pytest

from standalone.upstream.records import DayError, Record
from standalone.upstream.store import Announced, Store

Make = Callable[..., Record]


def test_papers_are_listed_by_day_then_id(record: Make) -> None:
    store = Store([record(id="2606.00002"), record(id="2606.00009", seen="2026-06-16"), record()])
    assert [one.record.id for one in store.listed] == ["2606.00009", "2606.00001", "2606.00002"]
    assert store.newest == date(2026, 6, 17)


def test_an_announcement_adds_and_replaces(record: Make) -> None:
    store = Store([record()])
    told = store.announce(
        [record(title="Second", seen="2026-06-18"), record(id="2606.00002", seen=None)]
    )
    assert told == Announced(added=1, replaced=1)
    paper = store.get("2606.00001")
    assert paper is not None
    assert [(one.number, one.record.title) for one in paper.versions] == [
        (1, "A title"),
        (2, "Second"),
    ]
    added = store.get("2606.00002")
    assert added is not None
    assert added.announced == date(2026, 6, 17)


def test_a_bad_announcement_changes_nothing(record: Make) -> None:
    store = Store([record()])
    with pytest.raises(DayError):
        store.announce([record(id="2606.00002"), record(id="2606.00003", seen="soon")])
    assert [one.record.id for one in store.listed] == ["2606.00001"]
