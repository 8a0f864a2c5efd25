"""Asks everything a report tells; a part that cannot be asked is a note and no failure."""

from collections.abc import Awaitable
from typing import NamedTuple, TypeVar

import msgspec

from cli.backup.record import newest_good
from cli.controls.spans import minute
from cli.doctor.kept import newest as newest_examination
from cli.errors.gather import read as read_errors
from cli.maintenance.record import read_all as windows
from cli.report import changes, kept, money, records, waiting
from cli.report.course import Courses
from cli.report.figures import Changes, Part, Report
from cli.report.figures import Letters as Waiting
from cli.report.reading import courses
from cli.report.span import Span
from cli.runs import FeedRun
from cli.settings import Settings
from cli.storage import sample
from cli.storage.analysis import keep_sample
from common.errorbook.record import BUCKET as ERRORS
from common.errorbook.record import DAYS_KEPT
from common.errors import ServiceError, UsageError
from common.ids import now
from common.kv import Kv, parts_of
from common.letters.box import Letters
from common.redact import redacted
from common.runtime import Runtime
from common.version import VERSION

T = TypeVar("T")


class Wanted(NamedTuple):
    """Which report."""

    span: Span
    feed: str = ""


class Gathering:
    """Asks part by part; ``notes`` says what could not be told."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime = runtime
        self._settings = settings
        self._notes: list[str] = []

    async def report(self, wanted: Wanted) -> Report:
        """All of it. Raises Unavailable where the bus does not answer, UsageError for a feed."""
        span, feed = wanted
        runtime, at = self._runtime, now()
        found = await courses(runtime.js, runtime.bus, span)
        feeds = await self._feeds(found)
        if feed and feed not in feeds:
            known = ", ".join(feeds) or "none"
            raise UsageError("--feed", f"there is no feed {feed[:60]!r}; there are: {known}")
        ran = await self._runs()
        parts = [_part(found, span, name, ran) for name in feeds if feed in ("", name)]
        report = Report(
            id=span.id(feed),
            span=span,
            feed=feed,
            at=at,
            is_over=span.ends <= at,
            whole=parts[0] if feed else _part(found, span, "", ran),
            feeds=() if feed else tuple(parts),
            top=found.top(span, feed),
            letters=await self._tried("dead letters", self._letters(span, feed)),
        )
        if not feed:
            report = await self._of_the_whole(report)
        return msgspec.structs.replace(report, notes=tuple(self._notes))

    async def _of_the_whole(self, report: Report) -> Report:
        span, runtime = report.span, self._runtime
        items = await runtime.kv("sources").items("day.")
        await self._state()
        return msgspec.structs.replace(
            report,
            days=records.days(items, span),
            errors=records.errors(await read_errors(runtime.kv(ERRORS)), span),
            spend=await self._tried("spend", money.spend(runtime.kv("spend"), span)),
            stored=records.stored(await self._samples(report), span),
            changes=await self._changes(report),
        )

    async def _feeds(self, found: Courses) -> list[str]:
        keys = await self._runtime.kv("sources").keys("feed.")
        return sorted({parts_of(name)[1] for name in keys} | found.feeds())

    async def _runs(self) -> list[FeedRun]:
        items = await self._runtime.kv("sources").items("run.")
        return [msgspec.json.decode(entry.value, type=FeedRun) for _, entry in items]

    async def _letters(self, span: Span, feed: str) -> Waiting:
        return await waiting.letters(Letters(self._runtime.js, self._runtime.ledger), span, feed)

    async def _samples(self, report: Report) -> list[sample.Sample]:
        """With one of today, when what the report is about has only just ended."""
        kv = self._runtime.kv(sample.BUCKET)
        found = await sample.read_all(kv)
        is_recent = report.at[:10] <= report.span.after.isoformat()
        if is_recent and (not found or found[-1].at[:10] < report.at[:10]):
            await self._tried("storage", keep_sample(self._runtime, self._settings))
            found = await sample.read_all(kv)
        return found

    async def _changes(self, report: Report) -> Changes:
        text = changes.changelog(self._settings.report.changelog_file)
        section, notes = changes.head(text)
        known = await kept.read_all(self._runtime.kv(kept.BUCKET))
        earlier = [one for one in known if one.begins < report.span.begins]
        before = earlier[-1].version if earlier else ""
        return Changes(version=VERSION, before=before, section=section, notes=notes)

    async def _state(self) -> None:
        """How the system is, as its own records say."""
        kv: Kv = self._runtime.kv(kept.BUCKET)
        doctor = await newest_examination(kv)
        if doctor is not None:
            wrong = f", {len(doctor.wrong)} findings" if doctor.wrong else ""
            self._notes.append(f"the doctor at {minute(doctor.at)}: {doctor.verdict}{wrong}")
        backup = await newest_good(kv)
        self._notes.append(f"newest backup: {minute(backup.ended) if backup else 'none yet'}")
        self._notes += [one.words() for one in await windows(kv) if one.is_ahead(now())]
        self._notes.append(f"errors by type are kept for {DAYS_KEPT} days")

    async def _tried(self, what: str, asked: Awaitable[T]) -> T | None:
        try:
            return await asked
        except ServiceError as error:
            self._notes.append(f"{what} could not be told: {redacted(str(error))[:200]}")
            return None


def _part(found: Courses, span: Span, feed: str, ran: list[FeedRun]) -> Part:
    return Part(
        feed=feed,
        now=found.figures(span, feed),
        before=found.figures(span.before, feed),
        runs=records.runs(ran, feed, span) if feed else None,
    )
