"""``paperbus storage``: analyze, cleanup, optimize, archive, emergency."""

from functools import partial

import click
import msgspec

from cli import tables
from cli.context import settings_of
from cli.controls import asking
from cli.operate.noting import note
from cli.settings import Settings
from cli.storage import emergency, text
from cli.storage.analysis import Analysis, analyze
from cli.storage.cleaning import CLASSES, Class, Cleaning, Piece
from cli.storage.emergency import BY_HAND, State
from common.commands import fail_clearly, run_async
from common.controls.record import BUCKET as CONTROLS
from common.controls.record import Control
from common.controls.store import Store
from common.ids import now
from common.runtime import connect

acts_option = click.option(
    "--yes/--dry-run", "acts", default=False, help="Act, or say what would be done.  [default: dry]"
)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, or would be."""

    dry_run: bool
    size_bytes: int
    """Freed, or that would be."""
    pieces: tuple[Piece, ...]


@click.group("storage")
def group() -> None:
    """See what is stored, and make room."""


@group.command("analyze")
@click.option("--keep", is_flag=True, help="Note it as the schedule does, so that growth is told.")
@asking.as_json
@click.pass_context
@fail_clearly
def analyze_command(ctx: click.Context, keep: bool, as_json: bool) -> None:
    """Who holds how much, how it grows, how long that goes on, and what to do."""
    settings = settings_of(ctx)

    async def look() -> Analysis:
        async with connect("storage", settings) as runtime:
            if not keep:
                return await analyze(runtime, settings)
            async with note(runtime, "storage"):
                return await analyze(runtime, settings, keep=True)

    found = run_async(look())
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    tables.show(text.HELD, text.held(found), whole=("class",), right=text.NUMBERS)
    for line in text.told(found):
        click.echo(line)


@group.command("cleanup")
@click.option(
    "--class",
    "names",
    multiple=True,
    type=click.Choice(list(CLASSES)),
    help="Only this class; may be repeated.",
)
@acts_option
@asking.as_json
@click.pass_context
@fail_clearly
def cleanup_command(
    ctx: click.Context, names: tuple[Class, ...], acts: bool, as_json: bool
) -> None:
    """Remove what is past its time; says what would go unless told --yes."""
    settings = settings_of(ctx)

    async def clean() -> list[Piece]:
        async with connect("storage", settings) as runtime:
            cleaning = Cleaning(runtime, settings, acts=acts)
            return [await cleaning.run(name) for name in CLASSES if name in (names or CLASSES)]

    _tell(run_async(clean()), acts=acts, as_json=as_json)


@group.command("optimize")
@acts_option
@asking.as_json
@click.pass_context
@fail_clearly
def optimize_command(ctx: click.Context, acts: bool, as_json: bool) -> None:
    """Keep the same in less room: buckets, index, logs; never the log of facts."""
    _tell(run_async(_optimized(settings_of(ctx), acts=acts)), acts=acts, as_json=as_json)


@group.command("archive")
@click.option("--days", type=click.IntRange(1, 3650), help="Instead of STORAGE_ARCHIVE_PDFS_DAYS.")
@acts_option
@asking.as_json
@click.pass_context
@fail_clearly
def archive_command(ctx: click.Context, days: int | None, acts: bool, as_json: bool) -> None:
    """Move old PDFs into S3_ARCHIVE_BUCKET; all services read them there as before."""
    from cli.storage.archiving import archive  # late: a client of the store costs a second

    found = archive(settings_of(ctx), acts=acts, days=days or 0, say=partial(click.echo, err=True))
    _tell([run_async(found)], acts=acts, as_json=as_json)


@group.command("emergency")
@click.argument("value", type=click.Choice(["on", "off", "status"]))
@asking.lasts
@asking.why
@asking.as_json
@click.pass_context
@fail_clearly
def emergency_command(
    ctx: click.Context, /, value: str, lasts: str, why: str, as_json: bool
) -> None:
    """Hold back new papers while a disk is full, or take them in again.

    The operator's worker does both by itself. What a person says holds against it until the disk
    has room again; `--for` ends it sooner.
    """
    state = run_async(_switched(ctx, value, lasts, why))
    click.echo(msgspec.json.encode(state).decode() if as_json else text.mode(state))


async def _optimized(settings: Settings, *, acts: bool) -> list[Piece]:
    from cli.storage import optimizing  # late: a client of the index costs a second

    async with connect("storage", settings) as runtime:
        return [
            await optimizing.marks(runtime, acts=acts),
            await optimizing.index(settings, acts=acts),
            await optimizing.local_logs(settings, acts=acts),
        ]


async def _switched(ctx: click.Context, value: str, lasts: str, why: str) -> State:
    async with connect("storage", settings_of(ctx)) as runtime:
        controls = Store(runtime.kv(CONTROLS))
        if value != "status":
            mark: Control = asking.control(value, lasts, f"{BY_HAND}: {why}" if why else BY_HAND)
            if value == "on":
                await emergency.begin(controls, mark)
            else:
                await emergency.end(controls, mark.at, mark=mark)
        return await emergency.state(controls, now())


def _tell(pieces: list[Piece], *, acts: bool, as_json: bool) -> None:
    if as_json:
        freed = text.freed_bytes(pieces)
        report = Report(dry_run=not acts, size_bytes=freed, pieces=tuple(pieces))
        click.echo(msgspec.json.encode(report).decode())
        return
    tables.show(text.PIECES, text.pieces(pieces), right=text.NUMBERS)
    click.echo(text.freed(pieces) + ("" if acts else f"; {text.DRY}"))
