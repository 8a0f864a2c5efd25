"""Feeds: did each run when it should, how did it go, and is everything announced here?"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from cli.census.records import Day
from cli.doctor.finding import Finding
from cli.doctor.schedules import judged as schedule_judged
from cli.schedule import last
from cli.schedule.last import Last
from cli.schedule.rows import Row, rows
from common.errors import UsageError
from common.kv import Entry, parts_of
from common.runtime import Runtime
from common.schedules import keeping

DAYS = 7
FEED, DAY = "feed.", "day."


class Feed(msgspec.Struct, frozen=True):
    """The part of a feed's description used here."""

    name: str
    schedule: str = ""


async def look(runtime: Runtime, now: datetime, only: Sequence[str] = ()) -> list[Finding]:
    """All feeds, or those named; raises UsageError for one there is not."""
    sources = runtime.kv("sources")
    bodies = [entry.value for _, entry in await sources.items(FEED)]
    feeds = [msgspec.json.decode(body, type=Feed) for body in bodies]
    chosen = _chosen(feeds, only)
    ran = await last.fetches(sources)
    kept = await keeping.read_all(runtime.js)
    by_name = {row.name: row for row in rows(kept, (), ran, now)}
    found = [
        judged(feed, by_name.get(name := f"{last.FETCH}-{feed.name}"), ran.get(name, Last()), now)
        for feed in chosen
    ]
    if not feeds:
        says = "there is none: nothing is fetched by itself"
        mend = "put a file into FEEDS_DIR and restart the fetcher"
        found.append(Finding(check="feeds", about="all", level="note", says=says, mend=mend))
    return found if only else [*found, *_days(await sources.items(DAY))]


def _chosen(feeds: Sequence[Feed], only: Sequence[str]) -> list[Feed]:
    for name in only:
        if name not in {feed.name for feed in feeds}:
            known = ", ".join(feed.name for feed in feeds) or "none"
            raise UsageError("--feed", f"there is no feed {name[:60]!r}; there are: {known}")
    return [feed for feed in feeds if not only or feed.name in only]


def judged(feed: Feed, row: Row | None, ran: Last, now: datetime) -> Finding:
    """One feed by its newest run and its schedule; pure."""
    if row is None:
        verdict = f"; the last run: {ran.verdict}" if ran.verdict else ""
        says = f"runs only on request{verdict}"
        if feed.schedule:
            says = f"its schedule {feed.schedule!r} is not on the bus{verdict}"
            mend = "restart the fetcher"
            return Finding(check="feeds", about=feed.name, level="degraded", says=says, mend=mend)
        return Finding(check="feeds", about=feed.name, says=says)
    found = schedule_judged(row, now)
    return msgspec.structs.replace(found, check="feeds", about=feed.name)


def _days(items: Iterable[tuple[str, Entry]]) -> list[Finding]:
    days = [(name, msgspec.json.decode(entry.value, type=Day)) for name, entry in items]
    newest = sorted(days, key=lambda one: parts_of(one[0])[-1])[-DAYS:]
    return [judged_day(" ".join(parts_of(name)[1:]), day) for name, day in newest]


def judged_day(about: str, day: Day) -> Finding:
    """Whether everything announced on a day is here; pure."""
    missing = max(0, day.announced - day.in_ledger)
    return Finding(
        check="completeness",
        about=about,
        level="degraded" if missing else "ok",
        says=f"{day.in_ledger} of {day.announced} papers are here",
        mend=f"fetcher fetch --feed NAME --since {about[-10:]}" if missing else "",
    )
