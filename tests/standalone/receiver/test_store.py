"""Spans in a file."""

from pathlib import Path
from typing import Any

import pytest

from standalone.receiver.store import KEEP_S, NS, Span, SpanStore


def span(span_id: str = "a", trace_id: str = "t", start_ns: int = 5, **more: Any) -> Span:
    fields: dict[str, Any] = {
        "parent_id": "",
        "service": "s",
        "name": "n",
        "end_ns": start_ns + 1,
        "failed": False,
        "attributes": {"k": "v", "n": 1, "x": 0.5, "b": True},
        **more,
    }
    return Span(span_id=span_id, trace_id=trace_id, start_ns=start_ns, **fields)


@pytest.fixture
def store(tmp_path: Path) -> SpanStore:
    return SpanStore(tmp_path / "spans.sqlite")


def test_a_trace_is_given_oldest_first(store: SpanStore) -> None:
    made = [span("b", start_ns=9), span("a", start_ns=3, failed=True), span("c", "other")]
    store.add(made)
    assert store.trace("t") == [made[1], made[0]]
    assert store.trace("unknown") == []


def test_one_that_comes_again_is_kept_once(store: SpanStore) -> None:
    store.add([span(), span()])
    store.add([span()])
    assert store.trace("t") == [span()]


def test_a_batch_is_all_or_nothing(store: SpanStore) -> None:
    with pytest.raises(OverflowError):
        store.add([span("a"), span("b", start_ns=2**64 - 1)])
    assert store.trace("t") == []


def test_old_ones_are_dropped(store: SpanStore) -> None:
    store.add([span("old", start_ns=0), span("new", start_ns=(KEEP_S + 10) * NS)])
    assert store.prune(KEEP_S + 5.0) == 1
    assert [one.span_id for one in store.trace("t")] == ["new"]
    assert store.prune(KEEP_S + 5.0) == 0


def test_spans_outlive_the_process(tmp_path: Path) -> None:
    first = SpanStore(tmp_path / "spans.sqlite")
    first.add([span()])
    first.close()
    second = SpanStore(tmp_path / "spans.sqlite")
    assert second.trace("t") == [span()]
    second.close()
