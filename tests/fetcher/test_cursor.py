"""Where a harvest begins, goes on and ends."""

from datetime import date

import pytest

from fetcher import cursor
from fetcher.cursor import Cursor, Cursors, Overlap
from fetcher.memory import MemoryKv

TODAY = date(2026, 7, 14)


@pytest.mark.parametrize(
    ("stored", "since", "began"),
    [
        (Cursor(), "", "2026-07-11"),  # first days
        (Cursor(), "2026-06-01", "2026-06-01"),
        (Cursor(since="2026-07-14", deep="2026-07-14"), "", "2026-07-13"),
        (Cursor(since="2026-07-13", deep="2026-07-13"), "", "2026-07-06"),  # once a day
        (Cursor(token="t", began="2026-05-05", since="2026-07-13"), "", "2026-05-05"),
    ],
)
def test_where_it_begins(stored: Cursor, since: str, began: str) -> None:
    assert cursor.begin(stored, since, Overlap(), TODAY).began == began


def test_pages_move_it_on() -> None:
    state = cursor.begin(Cursor(), "2026-07-01", Overlap(), TODAY)
    state = cursor.after_page(state, ["2026-07-01", "2026-07-02"], "t1", "2026-07-14T01:00:00Z")
    state = cursor.after_page(state, ["2026-07-02", "2026-07-03"], "t2", "2026-07-15T01:00:00Z")
    assert (state.token, state.answered, state.newest) == ("t2", "2026-07-14", "2026-07-03")
    assert cursor.restarted(state).began == "2026-07-03"
    assert cursor.finished(state, TODAY) == Cursor(since="2026-07-14")


def test_an_expired_token_begins_again_when_dates_came_mixed() -> None:
    state = cursor.begin(Cursor(), "2026-07-01", Overlap(), TODAY)
    state = cursor.after_page(state, ["2026-07-09", "2026-07-02"], "t1", "2026-07-14")
    assert cursor.restarted(state).began == "2026-07-01"


def test_an_empty_page_is_not_the_end() -> None:
    state = cursor.after_page(Cursor(began="2026-07-01"), [], "t1", "2026-07-14")
    assert (state.token, state.newest, state.ordered) == ("t1", "", True)


async def test_an_order_for_certain_days_leaves_the_feed_where_it_was() -> None:
    kept = Cursors(MemoryKv())
    main = Cursor(answered="2026-07-14")
    await kept.finish("f", "cs", main, since="2026-06-01", today=TODAY)
    assert (await kept.load("f", "cs")).since == "2026-07-14"  # the feed had never run
    await kept.save("f", "cs", Cursor(token="t"), since="2026-05-01")
    assert (await kept.load("f", "cs", "2026-05-01")).token == "t"
    later = Cursor(answered="2026-07-20")
    await kept.finish("f", "cs", later, since="2026-05-01", today=TODAY)
    assert (await kept.load("f", "cs", "2026-05-01")) == Cursor()
    assert (await kept.load("f", "cs")).since == "2026-07-14"
