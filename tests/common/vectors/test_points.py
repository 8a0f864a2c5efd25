"""Ids, order and cursors of papers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import UsageError
from common.vectors.points import (
    cursor_after,
    day_ms,
    generation,
    groups_of,
    order_before,
    order_of,
    point_id,
)

DAY = "2026-08-31"


def test_point_ids_are_stable_and_distinct() -> None:
    ids = {point_id(m, p, n) for m in "ab" for p in ("x", "y") for n in (None, 0, 1)}
    assert len(ids) == 12
    assert point_id("m", "arxiv:2401.00001", 3) == "a4047f3f-f8ba-5ab9-a393-4510491fd093"


def test_order_goes_by_day_then_serial_and_fits_json_numbers() -> None:
    keys = [
        order_of("arxiv:2608.99999", day_ms("2026-08-30")),
        order_of("upload:" + "f" * 64, day_ms(DAY)),
        order_of("arxiv:2608.00002", day_ms(DAY)),
        order_of("arxiv:2608.12345", day_ms(DAY)),
    ]
    assert keys == sorted(keys)
    assert order_of("x:99999999", day_ms("2059-01-01")) < 2**53


@given(st.integers(min_value=0, max_value=2**53 - 1))
def test_cursors_return_what_they_were_given(order: int) -> None:
    assert order_before(cursor_after(order)) == order


def test_generations_order_versions_then_epochs() -> None:
    assert generation(1, 0) < generation(1, 7) < generation(2, 0)


@pytest.mark.parametrize("day", ["31.8.2026", "2026-13-01", "yesterday"])
def test_a_day_that_is_none(day: str) -> None:
    with pytest.raises(UsageError, match="2026-08-31"):
        day_ms(day)


def test_groups_hold_archives_once() -> None:
    assert groups_of(("cs.LG", "cs.AI", "hep-th")) == ("cs.LG", "cs.AI", "hep-th", "cs")
