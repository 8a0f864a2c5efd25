"""The audit: what the log must show when nothing was lost and nothing happened twice."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from cli.progress import furthest
from common import topology
from common.bus import Fact
from common.errors import UNREADABLE
from common.events import Event, PaperAnnounced
from common.ids import parse_time
from common.ledger import Row, decode

_FACTS = {consumer.row: consumer.states for consumer in topology.CONSUMERS if consumer.states}


class Finding(NamedTuple):
    """One thing that should not be: which check, about what, in plain words."""

    check: str
    about: str
    words: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What an audit found; ``unexplained`` and ``doubled`` must be empty."""

    papers: int
    ready: int
    dead: int
    in_work: int
    facts: int
    unexplained: tuple[Finding, ...]
    doubled: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.unexplained and not self.doubled


class Log:
    """Everything the log says, gathered in stream order."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Row]] = {}
        self.revisions: Counter[tuple[str, str, int, int, str]] = Counter()
        self.stated: Counter[tuple[str, str, int, int]] = Counter()
        self.letters: Counter[tuple[str, int]] = Counter()
        self.deaths: list[tuple[str, int, str]] = []
        """Paper, version and time of each row that says dead."""
        self.broken: list[Finding] = []

    def take(self, fact: Fact) -> None:
        """Learn of one message of the log."""
        if fact.subject.startswith(f"{topology.LEDGER}."):
            self._take_row(fact)
        elif fact.subject.startswith(f"{topology.DEAD}."):
            self._take_letter(fact)
        elif not fact.subject.startswith(f"{topology.RETRY}."):
            self._take_fact(fact)

    def _take_row(self, fact: Fact) -> None:
        try:
            row = decode(fact.body)
        except UNREADABLE as error:
            self.broken.append(Finding("row", fact.subject, f"cannot be read: {error}"))
            return
        self.revisions[row.row, row.paper, row.version, row.epoch, row.state] += 1
        if row.state == "dead":
            self.deaths.append((row.paper, row.version, row.at))
        known = self.rows.setdefault(row.paper, {})
        before = known.get(row.row)
        if before is not None and before.covers(row.version, row.epoch, replay=True):
            words = f"{before.state} v{before.version} was followed by {row.state} v{row.version}"
            self.broken.append(Finding("path", f"{row.paper} {row.row}", words))
        known[row.row] = row

    def _take_letter(self, fact: Fact) -> None:
        try:
            event = msgspec.json.decode(fact.body, type=Event)
        except UNREADABLE:
            return  # what was no message of ours belongs to no paper
        self.letters[event.paper, event.version] += 1

    def _take_fact(self, fact: Fact) -> None:
        try:
            event = msgspec.json.decode(fact.body, type=Event)
        except UNREADABLE as error:
            self.broken.append(Finding("fact", f"seq {fact.seq}", f"cannot be read: {error}"))
            return
        self.stated[fact.subject, event.paper, event.version, event.epoch] += 1


def audit(log: Log, deliveries: Iterable[tuple[str, str, str]] = ()) -> Verdict:
    """Judge a log; ``deliveries`` are (watch, paper, reason) of what was really sent."""
    ends = Counter(furthest(rows) for rows in log.rows.values())
    unexplained = [*log.broken, *_unended(log), *_facts_without_rows(log), *_unlettered(log)]
    doubled = [*_doubled(log), *_sent_twice(deliveries)]
    return Verdict(
        papers=len(log.rows),
        ready=ends["notified"],
        dead=ends["dead"],
        in_work=len(log.rows) - ends["notified"] - ends["dead"],
        facts=sum(log.stated.values()),
        unexplained=tuple(unexplained),
        doubled=tuple(doubled),
    )


def _unended(log: Log) -> Iterable[Finding]:
    for paper, rows in log.rows.items():
        if "fetcher" not in rows:
            yield Finding("cause", paper, "has results but was never announced")
        reached = furthest(rows)
        if reached not in ("notified", "dead"):
            yield Finding("end", paper, f"came as far as {reached} and no further")


def _facts_without_rows(log: Log) -> Iterable[Finding]:
    """Row and fact are one batch, so each stated fact has its row and each row its fact."""
    expected: set[tuple[str, str, int, int]] = set()
    for name, paper, version, epoch, state in log.revisions:
        kind = _FACTS.get(name)
        if state == "announced":
            expected.add((PaperAnnounced.subject, paper, version, epoch))
        elif state == "done" and kind is not None:
            expected.add((kind.subject, paper, version, epoch))
    for subject, paper, version, epoch in expected - set(log.stated):
        yield Finding("batch", f"{paper}v{version}", f"row without its fact {subject} ({epoch})")
    for subject, paper, version, epoch in set(log.stated) - expected:
        yield Finding("batch", f"{paper}v{version}", f"fact {subject} ({epoch}) without its row")


def _unlettered(log: Log) -> Iterable[Finding]:
    """Row and dead letter are one batch; a letter is dropped by the bus after its time."""
    newest = max((at for _, _, at in log.deaths), default="")
    kept = (d for d in log.deaths if _age_s(d[2], newest) < topology.DEAD_LETTER_TTL_S)
    for (paper, version), count in Counter((paper, version) for paper, version, _ in kept).items():
        missing = count - log.letters[paper, version]
        if missing > 0:
            yield Finding("letter", f"{paper}v{version}", f"dead without {missing} dead letter(s)")


def _age_s(at: str, newest: str) -> float:
    return (parse_time(newest) - parse_time(at)).total_seconds()


def _doubled(log: Log) -> Iterable[Finding]:
    for (subject, paper, version, epoch), count in log.stated.items():
        if count > 1:
            words = f"{subject} was stated {count} times at epoch {epoch}"
            yield Finding("twice", f"{paper}v{version}", words)


def _sent_twice(deliveries: Iterable[tuple[str, str, str]]) -> Iterable[Finding]:
    for (watch, paper, reason), count in Counter(deliveries).items():
        if count > 1:
            yield Finding("told twice", paper, f"watch {watch} was sent it {count} times: {reason}")
