"""A report made, kept, and mailed to the operators when that is asked."""

from datetime import UTC, datetime
from typing import NamedTuple

from cli.report import kept, rendering, span
from cli.report.document import subject
from cli.report.figures import Report
from cli.report.gathering import Gathering, Wanted
from cli.settings import Settings
from common import objects
from common.chores import MailRequested, ReportRequested
from common.papermeta import ObjectRef
from common.runtime import Runtime
from common.version import VERSION

MOST_CHARS = 20_000
"""Of the plain text of a mail; a request must fit into one message of the bus."""


class Made(NamedTuple):
    """A report in every format, and where it is kept."""

    report: Report
    pages: dict[str, str]
    record: kept.Record


async def make(runtime: Runtime, settings: Settings, wanted: Wanted) -> Made:
    """Gather, write and keep it. Raises Unavailable, UsageError."""
    report = await Gathering(runtime, settings).report(wanted)
    pages = rendering.pages(report)
    store = objects.connect(settings.objects)
    record = kept.record_of(report, VERSION, await kept.put_pages(store, pages))
    await kept.keep(runtime.kv(kept.BUCKET), store, record, settings.report.report_kept)
    return Made(report, pages, record)


async def as_asked(runtime: Runtime, settings: Settings, asked: ReportRequested) -> None:
    """What a schedule asks for: the report on the period that ended last, mailed."""
    today = datetime.now(UTC).date()
    wanted = Wanted(span.last(asked.period, today), asked.feed)
    await mail(runtime, await make(runtime, settings, wanted))


async def mail(runtime: Runtime, made: Made) -> None:
    """Let the operators know; the same report is mailed once to each. Raises Unavailable."""
    await runtime.bus.request(letter(made.report, made.pages["md"], made.record.pages["html"]))


def letter(report: Report, text: str, page: ObjectRef) -> MailRequested:
    """What is mailed: the page, and the text for programs that show none."""
    short = text
    if len(text) > MOST_CHARS:
        short = f"{text[:MOST_CHARS]}\n…\n\n`paperbus report show {report.id}` shows all of it."
    # One that is made before its time is another than the one the schedule asks for later.
    name = report.id if report.is_over else f"{report.id}-{report.at}"
    return MailRequested(name=f"{kept.REPORT}-{name}", title=subject(report), text=short, html=page)
