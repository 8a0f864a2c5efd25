"""Debug commands of the fetcher."""

import sys
from typing import Any

import click

from common import commands, logs
from common.errors import UsageError
from common.events import FetchRequested
from common.runtime import connect
from fetcher import assembly, ids, show, stores
from fetcher.announce import Rehearsal
from fetcher.feeds import FolderFeed, feed_named
from fetcher.record import Record
from fetcher.runs import Run, RunStore, day_of
from fetcher.settings import Settings


def add_commands(group: click.Group) -> None:
    """Add what only the fetcher has."""
    for command in (fetch, feeds, runs):
        group.add_command(command)


@click.command(help="Run a feed once, or fetch papers by id.")
@click.option("--feed", default="", help="Name of a feed.")
@click.option("--id", "wanted", multiple=True, help="Paper id in any form; may be repeated.")
@click.option("--since", default="", help="Harvest from this day (YYYY-MM-DD).")
@click.option("--limit", type=click.IntRange(min=0), default=0, help="At most so many new papers.")
@click.option("--refetch", is_flag=True, help="Announce known papers again.")
@click.option("--dry-run", is_flag=True, help="Show what would be announced and touch nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@commands.fail_clearly
def fetch(dry_run: bool, as_json: bool, **options: Any) -> None:
    """Check what was given, then run it here."""
    request = FetchRequested(
        feed=options["feed"],
        ids=tuple(options["wanted"]),
        since=day_of(options["since"], "--since") if options["since"] else "",
        limit=options["limit"],
        refetch=options["refetch"],
    )
    settings = commands.loaded(Settings)
    check(request, settings)
    logs.configure("fetcher", "warning", settings.runtime.log_format)
    if dry_run:
        run, records = commands.run_async(_rehearse(request, settings))
        show.records(records, as_json=as_json)
    else:
        run = commands.run_async(_run(request, settings))
    show.run(run, as_json=as_json)
    if request.ids and not run.counts.matched:
        sys.exit(commands.EXIT_FAILED)


def check(request: FetchRequested, settings: Settings) -> None:
    """Raise UsageError for a request that makes no sense, before anything is opened."""
    if bool(request.feed) == bool(request.ids):
        raise UsageError("fetch", "name either --feed NAME or --id ID")
    ids.parse_ids(request.ids)
    if request.feed:
        feed_named(assembly.feeds_of(settings.fetcher), request.feed)


async def _rehearse(request: FetchRequested, settings: Settings) -> tuple[Run, list[Record]]:
    rehearsal = Rehearsal()
    kept = stores.rehearsed(settings, rehearsal)
    known = assembly.feeds_of(settings.fetcher)
    async with assembly.arxiv(settings.fetcher, kept.leases) as source:
        runner = assembly.runner(settings.fetcher, source, kept, known)
        feed = known.get(request.feed)
        if isinstance(feed, FolderFeed):
            return runner.preview(feed)
        return await runner.run(request), rehearsal.records


async def _run(request: FetchRequested, settings: Settings) -> Run:
    async with connect("fetcher", settings) as runtime:
        kept = stores.opened(runtime, settings)
        known = assembly.feeds_of(settings.fetcher)
        async with assembly.arxiv(settings.fetcher, kept.leases) as source:
            return await assembly.runner(settings.fetcher, source, kept, known).run(request)


@click.command(help="List the feeds, checked.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@commands.fail_clearly
def feeds(as_json: bool) -> None:
    """The feeds as configured."""
    known = assembly.feeds_of(commands.loaded(Settings).fetcher)
    show.feeds(list(known.values()), as_json=as_json)


@click.command(help="List the newest runs and how they went.")
@click.option("--feed", default="", help="Only of this feed.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@commands.fail_clearly
def runs(feed: str, limit: int, as_json: bool) -> None:
    """The run records in KV."""
    settings = commands.loaded(Settings)
    show.runs(commands.run_async(_newest(settings, feed, limit)), as_json=as_json)


async def _newest(settings: Settings, feed: str, limit: int) -> list[Run]:
    async with connect("fetcher", settings) as runtime:
        store = RunStore(runtime.kv("sources"), kept=settings.fetcher.runs_kept)
        return await store.newest(feed, limit=limit)
