"""Sums a replay up: a line for each paper, the counts, the audit."""

from typing import NamedTuple

from rich.table import Table

from cli import tables
from cli.audit.command import look, secrets_of
from cli.audit.options import Options
from cli.audit.verdict import Verdict
from cli.demodata import Plan
from cli.history import history
from cli.progress import Counts, Progress
from cli.runs import FeedRun
from cli.settings import Settings
from cli.sinks import Received, received
from cli.system import System, say
from cli.table import line
from common.runtime import Runtime
from common.settings import load

SHOWN_FINDINGS = 20


class Played(NamedTuple):
    """A replay that came to its end."""

    plan: Plan
    before: Counts
    runs: dict[str, FeedRun]
    took_s: float


async def report(runtime: Runtime, system: System, played: Played) -> int:
    """Print what happened; 0 when all papers ended well enough and the audit is clean."""
    progress, _ = await history(runtime)
    environ = {**system.stack.environ, **system.environ}
    options = Options(secrets=secrets_of(environ))
    verdict = await look(runtime, load(Settings, environ), options)
    sunk = await received(system.stack.ports["webhook"])
    console = tables.console()
    console.print(_papers(progress))
    console.print(_summary(progress.counts(), played, verdict, sunk))
    for run in played.runs.values():
        if run.error:
            say(f"feed {run.feed}: {run.verdict}: {run.error}")
    _say_what_was_new(played, progress.counts())
    for finding in (*verdict.unexplained, *verdict.doubled)[:SHOWN_FINDINGS]:
        say(f"audit: {finding.check}: {finding.about}: {finding.words}")
    say(f"audit: {len(verdict.unexplained)} unexplained, {len(verdict.doubled)} doubled")
    ended = verdict.papers and not verdict.in_work
    return 0 if verdict.is_clean and ended and not sunk.doubled else 1


def _papers(progress: Progress) -> Table:
    table = Table(title="What happened to each paper", header_style="bold")
    for name in ("paper", "state", "PDF", "passages", "summary", "watches", "seconds", "notes"):
        table.add_column(
            name, overflow="fold" if name == "notes" else "ellipsis", no_wrap=name == "paper"
        )
    for rows in progress.rows.values():
        made = line(rows)
        table.add_row(
            f"{made.paper}v{made.version}",
            made.state,
            made.pdf,
            str(made.passages),
            made.summary,
            str(made.matched or ""),
            f"{made.took_s:.1f}",
            made.notes,
        )
    return table


def _summary(counts: Counts, played: Played, verdict: Verdict, sunk: Received) -> Table:
    table = Table(title=f"{played.plan.day_name}", header_style="bold")
    for name in ("", "all", "this run"):
        table.add_column(name, justify="left" if not name else "right")
    for name, all_of_it, before in zip(Counts._fields, counts, played.before, strict=True):
        table.add_row(name, str(all_of_it), str(all_of_it - before))
    table.add_section()
    table.add_row("webhooks received", str(sunk.webhooks), "")
    table.add_row("mails received", str(sunk.mails), "")
    table.add_row("facts stated", str(verdict.facts), "")
    done = counts.ended - played.before.ended
    table.add_row("seconds", "", f"{played.took_s:.1f}")
    table.add_row("papers a second", "", f"{done / played.took_s:.1f}" if done else "-")
    return table


def _say_what_was_new(played: Played, counts: Counts) -> None:
    had = sum(run.counts.get("had", 0) for run in played.runs.values())
    new = counts.announced - played.before.announced
    if played.before.announced and not new:
        say(f"nothing was done twice: all {counts.announced} papers were here already")
    elif had:
        say(f"{new} papers were new; {had} times a feed met one that was here already")
