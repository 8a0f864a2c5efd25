"""Every schedule with all that is known of it: what stands on the bus, settings, runs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from cli.schedule import last, own
from cli.schedule.last import Last
from common.ids import parse_time
from common.runtime import Runtime
from common.schedules import clock, keeping
from common.schedules.schedule import Kept
from common.schedules.settings import ScheduleSettings


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One schedule; times are RFC 3339, the next one in the schedule's own zone."""

    name: str
    asks: str
    """The request it makes."""
    cron: str
    words: str
    time_zone: str
    asked_by: own.AskedBy
    state: str
    """on, paused, off (settings or the platform), or missing from the bus."""
    next: str = ""
    due: str = ""
    """When it was due last, since it stands on the bus."""
    last: Last = Last()


def rows(
    found: Sequence[Kept], chores: Sequence[own.Chore], ran: Mapping[str, Last], now: datetime
) -> list[Row]:
    """What the bus keeps, and what the settings name beside it, by name; pure."""
    made = [_of_bus(one, ran, now) for one in found]
    there = {row.name for row in made}
    made += [_of_settings(one, ran) for one in chores if one.name not in there]
    return sorted(made, key=lambda row: row.name)


def _of_bus(kept: Kept, ran: Mapping[str, Last], now: datetime) -> Row:
    schedule = kept.schedule
    return Row(
        name=schedule.name,
        asks=schedule.subject,
        cron=schedule.cron,
        words=clock.words(schedule.cron),
        time_zone=schedule.time_zone,
        asked_by="bus",
        state="paused" if schedule.paused else "on",
        next=_text(clock.next_due(kept, now)),
        due=_text(clock.last_due(kept, now)),
        last=ran.get(schedule.name, Last()),
    )


def _text(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""


def _of_settings(chore: own.Chore, ran: Mapping[str, Last]) -> Row:
    return Row(
        name=chore.name,
        asks=chore.message.subject,
        cron=chore.cron,
        words=clock.words(chore.cron),
        time_zone="",
        asked_by=chore.asked_by,
        state="missing" if chore.asked_by == "bus" else "off",
        last=ran.get(chore.name, Last()),
    )


async def gather(runtime: Runtime, settings: ScheduleSettings) -> list[Row]:
    """All of them now; raises Unavailable, UsageError."""
    found = await keeping.read_all(runtime.js)
    return rows(found, own.chores(settings), await last.gather(runtime), datetime.now(UTC))


def lines(found: Sequence[Row]) -> Iterator[str]:
    """For people, in columns: name, when, next, last run, last success."""
    cells = list(_cells(found))
    widths = [max(len(line[place]) for line in cells) for place in range(len(cells[0]))]
    for line in cells:
        yield "  ".join(map(str.ljust, line, widths)).rstrip()


def _cells(found: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    yield ("NAME", "WHEN", "NEXT", "LAST RUN", "LAST GOOD")
    for row in found:
        zone = f", {row.time_zone}" if row.time_zone not in ("", "UTC") else ""
        yield (row.name, f"{row.words}{zone}", _next(row), _ran(row.last), _short(row.last.good))


def _next(row: Row) -> str:
    if row.state == "on":
        return _short(row.next)
    if row.state == "off":
        return "by the platform" if row.asked_by == "platform" else "off"
    return row.state


def _ran(ran: Last) -> str:
    return f"{_short(ran.started)} {ran.verdict}" if ran.started else "never"


def _short(at: str) -> str:
    """To the minute, UTC where nothing else is said."""
    if not at:
        return "-"
    moment = parse_time(at)
    zone = moment.strftime("%z")
    return f"{moment:%a %d %b %H:%M}{'Z' if zone == '+0000' else zone}"
