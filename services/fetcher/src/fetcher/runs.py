"""What a run of a feed found and why it found nothing: record, verdict, completeness."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal, get_args

import msgspec

from common.errors import UsageError
from common.kv import key
from fetcher import calendar
from fetcher.metrics import RUNS
from fetcher.ports import AnyKv

Verdict = Literal[
    "ok", "holiday", "not yet announced", "empty by filter", "upstream error", "cancelled"
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_NOT_GOOD = ("running", "upstream error", "cancelled")
_NAMED = 20  # ids kept of each kind in a record


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many papers a run met; ``matched`` = new + replaced + had + failed."""

    seen: int = 0
    matched: int = 0
    new: int = 0
    replaced: int = 0
    had: int = 0
    failed: int = 0

    def plus(self, **more: int) -> "Counts":
        """The counts with some raised."""
        return msgspec.structs.replace(self, **{k: getattr(self, k) + v for k, v in more.items()})


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run; times are RFC 3339 UTC."""

    feed: str
    id: str
    started: str
    ended: str = ""
    verdict: Verdict | Literal["running"] = "running"
    reason: str = ""
    counts: Counts = Counts()
    newest_day: str = ""
    """The newest announcement day among what was seen."""
    missing: tuple[str, ...] = ()
    """Ids that were asked for, or on arXiv's list of the day, and not found."""
    failed: tuple[str, ...] = ()
    error: str = ""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """Completeness of one announcement day as one feed sees it."""

    announced: int = 0
    """Papers of the feed that the source dates to this day."""
    in_ledger: int = 0
    at: str = ""


def run_id(started: datetime) -> str:
    """Sorts by time and may stand in a key."""
    return started.strftime("%Y%m%dT%H%M%S%f")[:-3] + "Z"


def judge(
    counts: Counts,
    newest_day: str,
    *,
    since: datetime | None,
    now: datetime,
) -> tuple[Verdict, str]:
    """Verdict and reason of a run without errors.

    ``since`` is when the feed last ran without errors; None when the run had an order of its own
    to look at certain days, so that the calendar explains nothing.
    """
    if counts.new + counts.replaced:
        return "ok", ""
    if counts.seen and not counts.matched:
        return "empty by filter", f"none of {counts.seen} papers fits the feed"
    if since is None and counts.matched:
        return "ok", "all papers are known already"
    latest = calendar.latest_announced(now).isoformat()
    fresh = list(calendar.announced_between(since, now)) if since else []
    if counts.matched and newest_day >= latest and fresh:
        return "ok", "all papers are known already"
    today = now.astimezone(calendar.NEW_YORK).date()
    if not fresh and (why := calendar.holiday_reason(today)):
        return "holiday", why
    if newest_day < latest:
        return "not yet announced", f"the source does not show {latest} yet"
    return "not yet announced", f"arXiv announces next on {_next(today).isoformat()} at 20:00 ET"


def _next(day: date) -> date:
    while not calendar.announces(day):
        day = date.fromordinal(day.toordinal() + 1)
    return day


class RunStore:
    """Keeps run records, the newest ``kept`` of each feed, in KV ``sources``."""

    def __init__(self, kv: AnyKv, *, kept: int) -> None:
        self._kv, self._kept = kv, kept

    async def save(self, run: Run) -> None:
        """Store the record; older ones beyond the limit go."""
        await self._kv.put(key("run", run.feed, run.id), msgspec.json.encode(run))
        if run.verdict == "running":
            return
        RUNS.labels(run.verdict).inc()
        for old in (await self._kv.keys(key("run", run.feed) + "."))[: -self._kept]:
            await self._kv.delete(old)

    async def newest(self, feed: str = "", *, limit: int = 20) -> list[Run]:
        """The newest records first, of one feed or all."""
        prefix = key("run", feed) + "." if feed else "run."
        keys = sorted(await self._kv.keys(prefix), key=lambda k: k.rpartition(".")[2])[-limit:]
        entries = [await self._kv.get(k) for k in reversed(keys)]
        return [msgspec.json.decode(e.value, type=Run) for e in entries if e is not None]

    async def last_good(self, feed: str) -> datetime | None:
        """When the newest run without errors began."""
        for run in await self.newest(feed, limit=self._kept):
            if run.verdict not in _NOT_GOOD:
                return datetime.fromisoformat(run.started)
        return None

    async def save_days(self, days: dict[str, Day]) -> None:
        """Store the completeness of each day; a later, smaller look does not hide a larger."""
        for day, state in days.items():
            name = key("day", "arxiv", day)
            entry = await self._kv.get(name)
            known = msgspec.json.decode(entry.value, type=Day) if entry else Day()
            if state.announced >= known.announced:
                await self._kv.put(name, msgspec.json.encode(state))


def few(ids: Iterable[str]) -> tuple[str, ...]:
    """The first ids, few enough for a record."""
    return tuple(list(dict.fromkeys(ids))[:_NAMED])


def day_of(text: str, field: str = "since") -> str:
    """The day a person wrote, as YYYY-MM-DD; raises UsageError."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(field, f"{text[:40]!r} is no date; write it like 2026-07-14") from None
