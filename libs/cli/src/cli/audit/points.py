"""Checks A5 and A6 for the index: the points of a paper are those of its newest indexing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from cli.audit.paper import Paper
from cli.audit.todo import todo
from cli.audit.verdict import Finding
from common.vectors.census import Counted
from common.vectors.points import generation

if TYPE_CHECKING:
    from cli.audit.evidence import Evidence

ROW = "indexer"


class Count(NamedTuple):
    """Points of one kind and paper: of which generation, how many; what the point itself says."""

    gen: int
    points: int = 0
    passages: int = 0


@dataclass
class Points:
    """The points of every paper, counted."""

    papers: dict[str, tuple[Count, ...]] = field(default_factory=dict)
    passages: dict[str, tuple[Count, ...]] = field(default_factory=dict)
    total: int = 0

    def take_papers(self, page: Iterable[Counted]) -> None:
        """Count points of whole papers."""
        self._take(self.papers, page)

    def take_passages(self, page: Iterable[Counted]) -> None:
        """Count points of passages."""
        self._take(self.passages, page)

    def _take(self, into: dict[str, tuple[Count, ...]], page: Iterable[Counted]) -> None:
        for point in page:
            self.total += 1
            known = into.get(point.paper, ())
            into[point.paper] = _added(known, point)


def _added(known: tuple[Count, ...], point: Counted) -> tuple[Count, ...]:
    for at, count in enumerate(known):
        if count.gen == point.gen:
            more = Count(count.gen, count.points + 1, point.passages)
            return (*known[:at], more, *known[at + 1 :])
    return (*known, Count(point.gen, 1, point.passages))


def points(seen: "Evidence") -> Iterator[Finding]:
    """Every paper that can be found has exactly its points, and no point is without a paper."""
    for name, paper in seen.log.papers.items():
        if not seen.moved(paper):
            yield from _of_paper(seen.points, name, paper)
    for kind, known in (("paper", seen.points.papers), ("passage", seen.points.passages)):
        for name, counts in known.items():
            if name not in seen.log.papers:
                number = sum(count.points for count in counts)
                words = f"{number} {kind} point(s) of a paper that the log does not know"
                yield Finding("A6", name or "no paper", words)


def _of_paper(there: Points, name: str, paper: Paper) -> Iterator[Finding]:
    row = paper.rows.get(ROW)
    indexed = paper.indexed
    wholes, parts = there.papers.get(name, ()), there.passages.get(name, ())
    if row is None or row.state != "done" or indexed is None:
        return  # a try that died may have left some behind
    if any(consumer.row == ROW for consumer, _ in todo(paper)):
        return  # the next indexing is under way
    gen = generation(indexed.version, indexed.epoch)
    about = f"{name}v{indexed.version}"
    mine = [count for count in wholes if count.gen == gen]
    if sum(count.points for count in mine) != 1:
        yield Finding("A5", about, f"has {len(mine)} paper points of its newest indexing, not one")
    elif mine[0].passages != indexed.passages:
        words = f"its point says {mine[0].passages} passages, the fact {indexed.passages}"
        yield Finding("A5", about, words)
    found = sum(count.points for count in parts if count.gen == gen)
    if found != indexed.passages:
        words = f"{found} of {indexed.passages} passages are in the index"
        yield Finding("A5", about, words)
    stale = sum(count.points for count in (*wholes, *parts) if count.gen != gen)
    if stale:
        yield Finding("A5", about, f"{stale} point(s) of another indexing than the newest")
