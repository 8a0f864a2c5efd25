"""Papers with versions, dates and licence, derived from records that carry none."""

import re
import zlib
from datetime import UTC, date, datetime, timedelta

import msgspec

from standalone.upstream.identifier import month_of
from standalone.upstream.records import DayError, Record
from standalone.upstream.window import submission_window

NONEXCLUSIVE = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
VERSION_HINT = re.compile(r"(?i)(?<![\w./-])(?:v([2-9]|1\d)\b(?!\.\d)|version ([2-9]|1\d):)")
LICENCE_HINT = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/[\w./-]+/")
WITHDRAWN_HINT = re.compile(
    r"\b(?:has been|was|is|being) withdrawn\b(?! before)|would like to withdraw|^withdrawn\b",
    re.IGNORECASE,
)


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a paper: when it was submitted, what it said, whether it withdrew it."""

    number: int
    at: datetime
    record: Record
    withdrawn: bool

    @property
    def size_kb(self) -> int:
        """Kilobytes of its metadata text, at least one; 0 when withdrawn, as arXiv says."""
        text = len(self.record.title) + len(self.record.abstract)
        return 0 if self.withdrawn else 1 + text // 1024


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper as of its newest announcement; versions ascend."""

    announced: date
    versions: tuple[Version, ...]

    @property
    def latest(self) -> Version:
        """Return the newest version."""
        return self.versions[-1]

    @property
    def record(self) -> Record:
        """Return the record of the newest version."""
        return self.versions[-1].record

    @property
    def licence(self) -> str:
        """Return the licence's address: stated, hinted at in the comment, else arXiv's own."""
        if self.record.license:
            return self.record.license
        hint = LICENCE_HINT.search(self.record.comment or "")
        return hint.group() if hint else NONEXCLUSIVE

    def version(self, number: int | None) -> Version | None:
        """Return the version of that number, the newest for None, None when there is none."""
        if number is None:
            return self.latest
        return next((one for one in self.versions if one.number == number), None)


def _spread(paper: str, number: int) -> float:
    return zlib.crc32(f"{paper}v{number}".encode()) / 2**32


def _submitted(paper: str, number: int, announced: date) -> datetime:
    opens, closes = submission_window(announced)
    return (opens + (closes - opens) * _spread(paper, number)).replace(microsecond=0)


def is_replacement(paper: str, announced: date) -> bool:
    """Say whether the id is too old for the day: not of its month nor of the one before."""
    month = month_of(paper)
    before = announced.replace(day=1) - timedelta(days=1)
    return month is not None and month < (before.year, before.month)


def _newest_number(record: Record, announced: date) -> int:
    if record.version is not None:
        return record.version
    hints = [int(one or two) for one, two in VERSION_HINT.findall(record.comment or "")]
    floor = 2 if is_replacement(record.id, announced) else 1
    return max([floor, *hints])


def _first_day(paper: str, last: datetime) -> datetime:
    month = month_of(paper)
    if month is None:
        return last - timedelta(days=30)
    middle = datetime(*month, 15, tzinfo=UTC) + timedelta(days=_spread(paper, 1))
    return min(middle.replace(microsecond=0), last - timedelta(days=1))


def _stated(record: Record) -> tuple[Version, ...]:
    try:
        return tuple(
            Version(
                number=one.version,
                at=datetime.fromisoformat(one.at).astimezone(UTC),
                record=record,
                withdrawn=one.withdrawn,
            )
            for one in sorted(record.versions, key=lambda one: one.version)
        )
    except ValueError as error:
        raise DayError(f"record {record.id}: `versions` has a bad time: {error}") from error


def derive(record: Record, previous: Paper | None = None) -> Paper:
    """Return the paper a record announces, on top of the versions `previous` already had.

    Raises DayError when `seen` or a version's time is not a date.
    """
    try:
        announced = date.fromisoformat(record.seen or "")
    except ValueError as error:
        raise DayError(f"record {record.id}: `seen` is {record.seen!r}, not YYYY-MM-DD") from error
    if record.versions:
        return Paper(announced=announced, versions=_stated(record))
    withdrawn = record.withdrawn
    if withdrawn is None:
        withdrawn = WITHDRAWN_HINT.search(record.comment or "") is not None
    number = _newest_number(record, announced)
    if previous is not None and record.version is None:
        number = max(number, previous.latest.number + 1)
    at = _submitted(record.id, number, announced)
    latest = Version(number=number, at=at, record=record, withdrawn=withdrawn)
    earlier = _earlier(latest, previous.versions if previous else ())
    return Paper(announced=announced, versions=(*earlier, latest))


def _earlier(latest: Version, known: tuple[Version, ...]) -> list[Version]:
    kept = {one.number: one for one in known if one.number < latest.number}
    first = _first_day(latest.record.id, latest.at)
    step = (latest.at - first) / max(latest.number - 1, 1)
    return [
        kept.get(number)
        or Version(
            number=number,
            at=(first + step * (number - 1)).replace(microsecond=0),
            record=latest.record,
            withdrawn=False,
        )
        for number in range(1, latest.number)
    ]
