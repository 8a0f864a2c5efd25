"""A trace as a tree."""

from hypothesis import given
from hypothesis import strategies as st

from cli.tree import MS, Line, lines
from standalone.receiver.store import Span


def span(
    name: str, parent: str = "", start: int = 0, took: int = 1, *, failed: bool = False
) -> Span:
    return Span(
        trace_id="t",
        span_id=name,
        parent_id=parent,
        service="s",
        name=name,
        start_ns=start * MS,
        end_ns=(start + took) * MS,
        failed=failed,
    )


def test_children_follow_their_parent_by_time() -> None:
    made = [
        span("late", "root", 30),
        span("deep", "early", 15, failed=True),
        span("root", "", 10, 100),
        span("early", "root", 12),
    ]
    assert lines(made) == [
        Line(0, "s", "root", 0.0, 100.0, False),
        Line(1, "s", "early", 2.0, 1.0, False),
        Line(2, "s", "deep", 5.0, 1.0, True),
        Line(1, "s", "late", 20.0, 1.0, False),
    ]


def test_a_span_whose_parent_is_not_there_is_a_root() -> None:
    assert [(line.depth, line.name) for line in lines([span("a", "gone"), span("b", "a", 1)])] == [
        (0, "a"),
        (1, "b"),
    ]


def test_one_that_comes_twice_is_shown_once() -> None:
    assert len(lines([span("a"), span("a")])) == 1


def test_no_spans_are_no_lines() -> None:
    assert lines([]) == []


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), unique_by=lambda pair: pair[0]))
def test_every_span_of_a_tree_is_shown_once(pairs: list[tuple[int, int]]) -> None:
    made = [span(str(own), str(parent) if parent < own else "", start=own) for own, parent in pairs]
    assert sorted(line.name for line in lines(made)) == sorted(one.span_id for one in made)


def test_a_circle_has_no_root_and_does_not_go_on_for_ever() -> None:
    made = [span("a", "b"), span("b", "a", 1), span("c", "", 2), span("self", "self", 3)]
    assert [line.name for line in lines(made)] == ["c"]
