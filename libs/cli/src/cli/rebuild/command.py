"""``paperbus replay``: makes a derived view anew from the log and the object store."""

import asyncio
import sys
from typing import Any

import click
import msgspec

from cli.context import settings_of
from cli.rebuild import deliveries, index, summaries
from cli.rebuild.deliveries import Heard
from cli.rebuild.driver import Options
from cli.rebuild.outcome import Outcome
from cli.rebuild.runs import BUCKET, Runs
from cli.rebuild.selection import Selection
from cli.settings import Settings
from common import objects
from common.commands import fail_clearly, run_async
from common.errors import UsageError
from common.paperid import parse
from common.runtime import connect
from common.vectors.points import day_ms

PROJECTIONS = (index.NAME, summaries.NAME, deliveries.NAME)


@click.command("replay")
@click.option(
    "--projection", type=click.Choice(PROJECTIONS), required=True, help="The view to make anew."
)
@click.option("--since", default="", help="Only papers announced on this day or later.")
@click.option("--until", default="", help="Only papers announced on this day or earlier.")
@click.option("--feed", default="", help="Only papers of this feed.")
@click.option("--paper", "papers", multiple=True, help="Only this paper; may be given again.")
@click.option("--dry-run", is_flag=True, help="Say what would be redone, and redo nothing.")
@click.option(
    "--in-flight",
    type=click.IntRange(1, 256),
    default=8,
    show_default=True,
    help="Papers under way at once; more is faster, and holds live papers up longer.",
)
@click.option("--fresh", is_flag=True, help="Begin anew though an earlier run has not ended.")
@click.option("--pay", is_flag=True, help="Ask the model again for paid summaries that are gone.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON value.")
@click.pass_context
@fail_clearly
def command(ctx: click.Context, /, as_json: bool, **chosen: Any) -> None:
    """Make a derived view anew; nobody is notified and nothing is paid for a second time.

    Stopped in any way, the same command goes on where it was. deliveries-dry-run says what each
    watch would have been told, compares it with what it was told, and sends nothing.
    """
    projection = chosen.pop("projection")
    selection = _selection(**{k: chosen.pop(k) for k in ("since", "until", "feed", "papers")})
    settings = settings_of(ctx)
    if projection == deliveries.NAME:
        heard = run_async(_rehearsed(settings, selection))
        click.echo(msgspec.json.encode(heard).decode() if as_json else _shown(heard))
        return
    outcome = run_async(_rebuilt(settings, projection, selection, Options(**chosen)))
    click.echo(msgspec.json.encode(outcome).decode() if as_json else outcome.words())
    sys.exit(0 if outcome.is_fine else 1)


def _selection(since: str, until: str, feed: str, papers: tuple[str, ...]) -> Selection:
    for field, day in (("--since", since), ("--until", until)):
        try:
            day_ms(day)
        except UsageError as error:
            raise UsageError(field, error.message) from error
    keys = tuple(parse(paper).key for paper in papers)
    return Selection(since=since, until=until, feed=feed, papers=keys)


async def _rebuilt(
    settings: Settings, projection: str, selection: Selection, options: Options
) -> Outcome:
    async with connect("rebuild", settings) as runtime:
        runs = Runs(runtime.kv(BUCKET), projection, selection)
        try:
            if projection == index.NAME:
                return await index.rebuild(runtime, runs, selection, options)
            store = objects.connect(settings.objects)
            again = summaries.Summaries(runtime, store, runs, options)
            return await again.rebuild(selection)
        except asyncio.CancelledError:
            click.echo("\nstopped; the same command goes on from here", err=True)
            raise


async def _rehearsed(settings: Settings, selection: Selection) -> list[Heard]:
    async with connect("rebuild", settings) as runtime:
        return await deliveries.rehearse(runtime, selection)


def _shown(heard: list[Heard]) -> str:
    lines = []
    for one in heard:
        counts = f"{len(one.would)} papers, {len(one.missing)} not told, {len(one.extra)} besides"
        lines.append(f"{one.name} [{one.watch}]: {counts}")
        lines += [
            f"  {told.at[:19]}Z {told.paper} v{told.version}  {told.score:.2f}  "
            f"{told.state or 'NOT TOLD'}  {told.title[:60]}"
            for told in one.would
        ]
        lines += [f"  besides: {paper}" for paper in one.extra]
    return "\n".join(lines) if lines else "there are no watches"
