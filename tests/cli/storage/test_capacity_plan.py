"""What the index costs by layout, and the page that tells of it."""

import capacity_layouts
import capacity_plan
import pytest
from capacity import with_part
from capacity_layouts import Measured


def at(points: int) -> Measured:
    """An index that takes 1000 however small it is, and so much for each point."""
    return Measured(
        layout="a",
        points=points,
        disk_bytes=1000 + 10 * points,
        own_bytes=1000 + 2 * points,
        hot_bytes=3 * points,
        store_s=0.25 * points,
        build_s=0.5 * points,
        dense_ms=1.0,
        words_ms=float(points),
    )


def test_the_page_says_what_was_measured() -> None:
    page = capacity_plan.PAGE.read_text(encoding="utf-8")
    told = capacity_plan.planned(capacity_layouts.read())
    assert page == with_part(page, told), "run make capacity"


def test_what_every_index_takes_is_no_part_of_a_point() -> None:
    (cost,) = capacity_plan.costs([at(3000), at(1000), at(2000)]).values()
    assert cost.disk_bytes == pytest.approx(10)
    assert cost.memory_bytes == pytest.approx(5)
    assert cost.cpu_s == pytest.approx(0.75)


def test_passages_add_to_their_paper() -> None:
    cost = capacity_plan.costs([at(1000), at(2000)])
    one, seventy = (capacity_plan.paper(cost, ("a", "a"), parts) for parts in (1.0, 70.0))
    assert one.disk_bytes == pytest.approx(20)
    assert seventy.memory_bytes == pytest.approx(5 * 71)
