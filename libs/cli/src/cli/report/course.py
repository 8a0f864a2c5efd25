"""What became of papers in some spans, from ledger rows in the order of the log; pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from cli.report.figures import Figures, Quantiles, Top, quantiles
from cli.report.span import Span
from common import topology
from common.errorbook.record import HOUR_CHARS
from common.errors import UNREADABLE
from common.ids import parse_time
from common.ledger import Row

FIRST, INDEXER, _, LAST = topology.PIPELINE
EARLY = "notifier-embedded"
"""The row of those told as soon as a paper can be found."""
TOP = 10

Version = tuple[str, int]


class Meta(msgspec.Struct, frozen=True):
    """What is told of a paper here."""

    title: str = ""
    feeds: tuple[str, ...] = ()


class Brief(msgspec.Struct, frozen=True):
    """The result on a row, whichever it is, as far as it is used."""

    meta: Meta = Meta()
    announced_at: str = ""
    matched: int = 0
    sent: int = 0


class About(NamedTuple):
    """What is known of one version so far."""

    announced: str = ""
    title: str = ""
    feeds: tuple[str, ...] = ()


@dataclass
class Tally:
    """What happened in one span."""

    announced: set[Version] = field(default_factory=set)
    searchable: dict[Version, float | None] = field(default_factory=dict)
    ready: dict[Version, float | None] = field(default_factory=dict)
    ready_at: dict[Version, str] = field(default_factory=dict)
    dead: dict[Version, str] = field(default_factory=dict)
    fits: dict[Version, dict[str, Brief]] = field(default_factory=dict)
    worked: dict[str, list[tuple[Version, float]]] = field(default_factory=dict)

    def take(self, row: Row, brief: Brief, about: About) -> None:
        """Learn of a row."""
        paper = (row.paper, row.version)
        if row.row == FIRST and row.state == "announced":
            self.announced.add(paper)
        if row.state == "dead":
            self.dead[paper] = row.row
        elif self.dead.get(paper) == row.row:
            del self.dead[paper]
        if row.state == "done":
            self._done(paper, row, brief, about)

    def _done(self, paper: Version, row: Row, brief: Brief, about: About) -> None:
        if row.started:
            self.worked.setdefault(row.row, []).append((paper, _between(row.started, row.at)))
        age_s = self._age_s(paper, row, about)
        if row.row == INDEXER:
            self.searchable.setdefault(paper, age_s)
        if row.row == LAST:
            self.ready.setdefault(paper, age_s)
            self.ready_at.setdefault(paper, row.at)
        if row.row in (EARLY, LAST):
            self.fits.setdefault(paper, {})[row.row] = brief

    def _age_s(self, paper: Version, row: Row, about: About) -> float | None:
        """Unknown for old papers whose work was done again on purpose: that is no lateness."""
        is_again = row.epoch > 0 and paper not in self.announced
        return None if is_again or not about.announced else _between(about.announced, row.at)


class Courses:
    """Takes every row once; tells what happened in each span, of all papers or of one feed's."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._tallies = {span: Tally() for span in spans}
        self._about: dict[Version, About] = {}

    def take(self, row: Row) -> None:
        """Learn of a row, in stream order."""
        brief = _brief(row)
        paper = (row.paper, row.version)
        known = self._about.get(paper, About())
        began = row.at if row.row == FIRST and row.state == "announced" else brief.announced_at
        about = About(
            known.announced or began,
            brief.meta.title or known.title,
            brief.meta.feeds or known.feeds,
        )
        self._about[paper] = about
        for span, tally in self._tallies.items():
            if span.has(row.at):
                tally.take(row, brief, about)

    def feeds(self) -> set[str]:
        """Every feed that asked for one of the papers."""
        return {feed for about in self._about.values() for feed in about.feeds}

    def figures(self, span: Span, feed: str = "") -> Figures:
        """What happened in a span."""
        tally = self._tallies[span]

        def ours(papers: Iterable[Version]) -> set[Version]:
            return {one for one in papers if not feed or feed in self._about[one].feeds}

        announced, ready = ours(tally.announced), ours(tally.ready)
        dead, fits = ours(tally.dead), ours(tally.fits)
        hour, busiest = _busiest(tally.ready_at[one][:HOUR_CHARS] for one in ready)
        told = [brief for one in fits for brief in tally.fits[one].values()]
        worked = {
            name: quantiles(took for one, took in pairs if not feed or feed in self._about[one][2])
            for name, pairs in sorted(tally.worked.items())
        }
        return Figures(
            announced=len(announced),
            new=sum(version == 1 for _, version in announced),
            replaced=sum(version > 1 for _, version in announced),
            searchable=len(ours(tally.searchable)),
            ready=len(ready),
            dead=len(dead),
            arrived=len(announced & ready),
            in_work=len(announced - ready - dead),
            matched=sum(brief.matched for brief in told),
            told=sum(brief.sent for brief in told),
            to_searchable=_ages(tally.searchable, ours(tally.searchable)),
            to_delivered=_ages(tally.ready, ready),
            stages={name: found for name, found in worked.items() if found},
            ready_per_day=round(len(ready) / span.days, 1),
            busiest_hour=hour,
            busiest=busiest,
        )

    def top(self, span: Span, feed: str = "") -> tuple[Top, ...]:
        """Papers by how many watches they fitted, then by how often somebody was told."""
        found = []
        for one, rows in self._tallies[span].fits.items():
            about = self._about[one]
            matched = sum(brief.matched for brief in rows.values())
            told = sum(brief.sent for brief in rows.values())
            if matched and (not feed or feed in about.feeds):
                paper, version = one
                found.append(
                    Top(
                        paper=paper,
                        version=version,
                        title=about.title,
                        matched=matched,
                        told=told,
                    )
                )
        return tuple(sorted(found, key=lambda one: (-one.matched, -one.told, one.title))[:TOP])


def _brief(row: Row) -> Brief:
    if not bytes(row.result):
        return Brief()
    try:
        return msgspec.json.decode(row.result, type=Brief)
    except UNREADABLE:
        return Brief()


def _between(one: str, other: str) -> float:
    """Seconds; never below 0, clocks differ."""
    return max(0.0, (parse_time(other) - parse_time(one)).total_seconds())


def _ages(ages: dict[Version, float | None], ours: set[Version]) -> Quantiles | None:
    return quantiles(age for one, age in ages.items() if one in ours and age is not None)


def _busiest(hours: Iterable[str]) -> tuple[str, int]:
    counts = Counter(hours)
    return min(counts.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0))
