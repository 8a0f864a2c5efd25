"""One window of maintenance: when, why, who is told, and what; pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from cli.controls.spans import span_of
from common import maintenance
from common.chores import MailRequested
from common.errors import UsageError
from common.ids import parse_time
from common.maintenance import NOTICE

Audience = Literal["operators", "watchers"]
Moment = Literal["notice", "start", "end", "cancelled"]
LONGEST = timedelta(days=7)
FARTHEST = timedelta(days=60)
"""Records of this kind may be cleaned up after 90 days."""


class Window(maintenance.Window, frozen=True, kw_only=True, omit_defaults=True):
    """Planned work, and whom it concerns."""

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """Whom it concerns."""
        return ("operators",) if self.operators_only else ("operators", "watchers")

    @property
    def noticed(self) -> str:
        """When it is announced."""
        return _text(max(parse_time(self.starts) - NOTICE, parse_time(self.planned)))

    def words(self) -> str:
        """In one line."""
        return f"maintenance {self.id}, {_clock(self.starts)} to {_clock(self.ends)}: {self.why}"


class Post(NamedTuple):
    """One mail, and when it is due."""

    name: str
    at: str
    letter: MailRequested


def window(
    times: tuple[str, str], why: str, now: datetime, *, zone: str, operators_only: bool
) -> Window:
    """What a person plans; raises UsageError that names the option."""
    starts = _moment(times[0], "--from", zone)
    ends = starts + span_of(times[1], "--to") if _is_span(times[1]) else None
    ends = ends or _moment(times[1], "--to", zone)
    if ends <= now:
        raise UsageError("--to", f"{_clock(_text(ends))} is over; write a time to come")
    if not timedelta() < ends - starts <= LONGEST:
        raise UsageError("--to", f"must be after --from, and at most {LONGEST.days} days later")
    if starts - now > FARTHEST:
        raise UsageError("--from", f"must be within {FARTHEST.days} days")
    if not why.strip() or len(why) > 500:
        raise UsageError("--why", "say in 1 to 500 letters what is done; people read it")
    return Window(
        id=f"{starts:%Y%m%dT%H%M%SZ}",
        starts=_text(starts),
        ends=_text(ends),
        why=" ".join(why.split()),
        planned=_text(now),
        operators_only=operators_only,
    )


def posts(one: Window, now: str) -> Iterator[Post]:
    """What is still to be told: 48 hours before or at once, at the start, at the end."""
    times: dict[Moment, str] = {"notice": one.noticed, "start": one.starts, "end": one.ends}
    for moment, at in times.items():
        if moment == "notice" and now >= one.starts:
            continue  # the start itself is told
        for audience in one.audiences:
            yield Post(schedule_name(one, moment, audience), at, letter(one, moment, audience))


def schedule_name(one: Window, moment: Moment, audience: Audience) -> str:
    """Names the message on the bus that waits for its time."""
    return f"maintenance-{one.id}-{moment}-{audience}"


def ending(one: Window, now: str) -> list[MailRequested]:
    """What is told when it is called off at ``now``: nothing, where nobody knew of it."""
    if one.state(now) == "planned" and now < one.noticed:
        return []
    moment: Moment = "end" if one.state(now) == "now" else "cancelled"
    return [letter(one, moment, audience) for audience in one.audiences]


def letter(one: Window, moment: Moment, audience: Audience) -> MailRequested:
    """One mail; by its name nobody gets it twice, who is an operator and watches."""
    span = f"{_clock(one.starts)} to {_clock(one.ends)}"
    titles: dict[Moment, str] = {
        "notice": f"maintenance from {span}",
        "start": f"maintenance has begun, until {_clock(one.ends)}",
        "end": "maintenance has ended",
        "cancelled": f"maintenance from {span} is cancelled",
    }
    texts: dict[Moment, str] = {
        "notice": f"From {span} paperbus is worked on, and may not answer.\n\n{one.why}\n\n"
        "Papers announced meanwhile are not lost: they come afterwards, and you are told.",
        "start": f"paperbus is worked on until {_clock(one.ends)}, may not answer.\n\n{one.why}",
        "end": f"The work has ended, and paperbus is at your service.\n\nWhat was done: {one.why}",
        "cancelled": f"The work planned from {span} does not take place: {one.why}",
    }
    return MailRequested(
        name=f"maintenance-{one.id}-{one.planned}-{moment}",
        audience=audience,
        title=f"paperbus: {titles[moment]}"[:200],
        text=texts[moment],
    )


def _is_span(text: str) -> bool:
    return text.strip()[-1:] in ("m", "h", "d")


def _moment(text: str, option: str, zone: str) -> datetime:
    try:
        found = parse_time(text.strip())
        found = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
        return found.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        words = f"{text[:40]!r} is no time; write it like '2026-12-06 02:00' ({zone})"
        raise UsageError(option, words) from error


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")


def _clock(at: str) -> str:
    return f"{parse_time(at):%a %d %b %H:%M} UTC"
