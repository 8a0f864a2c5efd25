"""Counts what became of each paper, from ledger rows alone."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from common import topology
from common.ledger import Row

STEPS = ("announced", "fetched", "embedded", "summarised", "notified")


class Counts(NamedTuple):
    """How many papers have come how far; each number includes the ones behind it."""

    announced: int = 0
    fetched: int = 0
    embedded: int = 0
    summarised: int = 0
    notified: int = 0
    dead: int = 0

    @property
    def ended(self) -> int:
        """Papers that came to an end, good or bad."""
        return self.notified + self.dead


@dataclass
class Progress:
    """The newest row of each service for each paper, and what they add up to."""

    rows: dict[str, dict[str, Row]] = field(default_factory=dict)

    def take(self, row: Row) -> None:
        """Learn of a ledger row, in stream order."""
        self.rows.setdefault(row.paper, {})[row.row] = row

    def counts(self) -> Counts:
        """The present counts."""
        states = Counter(furthest(rows) for rows in self.rows.values())
        dead = states.pop("dead", 0)
        reached = [states[step] for step in STEPS]
        at_least = [sum(reached[place:]) for place in range(len(STEPS))]
        at_least[0] += dead
        return Counts._make([*at_least, dead])


def furthest(rows: dict[str, Row]) -> str:
    """How far a paper has come: one of STEPS, or ``dead``.

    Only rows about the newest version count; an older one was overtaken.
    """
    version = max(row.version for row in rows.values())
    current = {name: row for name, row in rows.items() if row.version == version}
    reached = STEPS[0]
    for name, step in zip(topology.PIPELINE, STEPS[1:], strict=True):
        row = current.get(name)
        if row is not None and row.state in ("dead", "cancelled"):
            return "dead"
        if row is None or row.state != "done":
            break
        reached = step
    return reached


def eta_s(ended: int, total: int, elapsed_s: float) -> float | None:
    """Seconds until all have ended at the rate so far; None while nothing has."""
    return None if not ended else (total - ended) * elapsed_s / ended
