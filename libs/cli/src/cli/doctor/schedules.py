"""Schedules: is each on the bus, did it run when it was due, and did that go well?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from cli.backup.record import BACKUP
from cli.doctor.finding import Finding, Level
from cli.schedule.last import BAD_VERDICTS, FETCH
from cli.schedule.rows import Row, gather
from common.ids import parse_time
from common.runtime import Runtime
from common.schedules.settings import ScheduleSettings

GRACE = timedelta(hours=1)
SKEW = timedelta(minutes=1)
LONG = timedelta(hours=7)
"""More than the longest request may take."""
BACKUP_OLD = timedelta(days=7)


async def look(runtime: Runtime, settings: ScheduleSettings, now: datetime) -> list[Finding]:
    """All but those of feeds, which are looked at with them."""
    found = await gather(runtime, settings)
    others = [row for row in found if not row.name.startswith(f"{FETCH}-")]
    return [*(judged(row, now) for row in others), *backups(others, now)]


def judged(row: Row, now: datetime) -> Finding:
    """One schedule by its last run; pure."""
    level, says, mend = _state(row, now)
    return Finding(check="schedules", about=row.name, level=level, says=says, mend=mend)


def _state(row: Row, now: datetime) -> tuple[Level, str, str]:
    again = f"paperbus schedule run {row.name}"
    if row.state == "missing":
        return "degraded", "is not on the bus", "restart the operator's worker (paperbus operate)"
    ran = row.last
    if (ran.verdict in BAD_VERDICTS and ran.verdict != "running") or ran.verdict == "failed":
        why = f": {ran.said}" if ran.said else ""
        return "degraded", f"went wrong at {_clock(ran.ended)} ({ran.verdict}{why})", again
    if ran.verdict == "running" and now - parse_time(ran.started) > LONG:
        return "degraded", f"has been running since {_clock(ran.started)}", "paperbus status"
    if row.state == "paused":
        return "note", "is paused", f"paperbus schedule resume {row.name}"
    if row.due and _is_missed(row, now):
        return "degraded", f"was due at {_clock(row.due)} and did not run", again
    if row.state == "off":
        whose = "the platform asks for it" if row.asked_by == "platform" else "is switched off"
        return "ok", f"{whose}; {_went(row)}", ""
    return "ok", _went(row), ""


def _is_missed(row: Row, now: datetime) -> bool:
    due = parse_time(row.due)
    began = parse_time(row.last.started) if row.last.started else None
    return now - due > GRACE and (began is None or began < due - SKEW)


def _went(row: Row) -> str:
    ran = row.last
    if not ran.started:
        return f"has not run yet; next {_clock(row.next)}" if row.next else "has not run yet"
    return f"{_clock(ran.started)} {ran.verdict}" + (f": {ran.said}" if ran.said else "")


def backups(found: Iterable[Row], now: datetime) -> list[Finding]:
    """Whether there is a backup of late; pure."""
    return [_backup(row, now) for row in found if row.name == BACKUP]


def _backup(row: Row, now: datetime) -> Finding:
    good = row.last.good
    level: Level = "note"
    if not good:
        says = "there is none yet"
    else:
        age = now - parse_time(good)
        level = "degraded" if age > BACKUP_OLD else "ok"
        says = f"the newest is of {_clock(good)}, {age.days} days old"
    mend = "" if level == "ok" else "paperbus backup create"
    return Finding(check="backups", about="newest", level=level, says=says, mend=mend)


def _clock(at: str) -> str:
    return f"{at[:16]}{at[-6:] if at[-6:-5] in '+-' else 'Z'}" if at else "an unknown time"
