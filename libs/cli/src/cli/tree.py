"""A trace as a tree of spans with durations."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from standalone.receiver.store import Span

MS = 1_000_000


class Line(NamedTuple):
    """One line of the tree: its depth, and times in milliseconds since the trace began."""

    depth: int
    service: str
    name: str
    began_ms: float
    took_ms: float
    failed: bool


def lines(spans: Iterable[Span]) -> list[Line]:
    """The tree, parents before children, each by time; a span without its parent is a root."""
    known = {span.span_id: span for span in spans}
    children: dict[str, list[Span]] = {}
    for span in sorted(known.values(), key=lambda span: span.start_ns):
        parent = span.parent_id if span.parent_id in known else ""
        children.setdefault(parent, []).append(span)
    began = min((span.start_ns for span in known.values()), default=0)
    return list(_walk(children, "", 0, began))


def _walk(
    children: dict[str, list[Span]], parent: str, depth: int, began_ns: int
) -> Iterator[Line]:
    for span in children.get(parent, ()):
        yield Line(
            depth=depth,
            service=span.service,
            name=span.name,
            began_ms=(span.start_ns - began_ns) / MS,
            took_ms=(span.end_ns - span.start_ns) / MS,
            failed=span.failed,
        )
        yield from _walk(children, span.span_id, depth + 1, began_ns)
