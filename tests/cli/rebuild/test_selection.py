"""Which papers a rebuild is about."""

import pytest

from cli.rebuild.selection import Selection, day_of
from common.events import PaperMeta

META = PaperMeta(title="T", announced="2026-06-17", feeds=("a", "b"))
BARE = PaperMeta(title="T")
AT = "2026-06-20T01:02:03Z"

MEANT = [
    (Selection(), META, True),
    (Selection(since="2026-06-17", until="2026-06-17"), META, True),
    (Selection(since="2026-06-18"), META, False),
    (Selection(until="2026-06-16"), META, False),
    (Selection(since="2026-06-20", until="2026-06-20"), BARE, True),
    (Selection(since="2026-06-21"), BARE, False),
    (Selection(feed="b"), META, True),
    (Selection(feed="b"), BARE, False),
    (Selection(papers=("p", "q")), META, True),
    (Selection(papers=("q",)), META, False),
    (Selection(feed="a", papers=("p",), since="2026-06-18"), META, False),
]


@pytest.mark.parametrize(("selection", "meta", "taken"), MEANT)
def test_what_is_meant(selection: Selection, meta: PaperMeta, taken: bool) -> None:
    assert selection.takes("p", meta.feeds, day_of(meta, AT)) is taken


def test_a_selection_has_its_own_name() -> None:
    names = {
        Selection(feed="a").name,
        Selection(since="2026-06-17").name,
        Selection(until="2026-06-17").name,
        Selection(papers=("a",)).name,
        Selection().name,
    }
    assert len(names) == 5
    assert Selection(papers=("b", "a")).name == Selection(papers=("a", "b")).name
