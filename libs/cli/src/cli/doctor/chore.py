"""An examination that is kept, and mailed when asked or when things got worse."""

from cli.doctor import kept, text
from cli.doctor.examine import examine
from cli.doctor.finding import Report, is_worse
from cli.settings import Settings
from common.chores import MailRequested
from common.runtime import Runtime


async def kept_examination(runtime: Runtime, settings: Settings, *, mail: bool) -> Report:
    """Examine, keep, and let the operators know; raises Unavailable."""
    bucket = runtime.kv(kept.BUCKET)
    before = await kept.newest(bucket)
    report = await examine(settings)
    await kept.keep(bucket, report)
    if mail or is_worse(report.verdict, before.verdict if before else None):
        await runtime.bus.request(letter(report))
    return report


def letter(report: Report) -> MailRequested:
    """What is mailed."""
    body = "\n".join(text.lines(report))
    return MailRequested(
        name=f"doctor-{report.at}",
        title=text.title(report)[:200],
        text=f"{body}\n\n`paperbus doctor --verbose` shows everything that was looked at.",
    )
