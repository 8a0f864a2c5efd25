"""``paperbus report``: daily, weekly, monthly, list, show."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from cli.context import settings_of
from cli.controls.spans import minute
from cli.operate.noting import note
from cli.report import kept, span
from cli.report.gathering import Wanted
from cli.report.kept import Record
from cli.report.rendering import FORMATS
from cli.report.span import PERIODS, Period
from common.commands import fail_clearly, run_async
from common.errors import UsageError
from common.runtime import connect

FORMAT = click.option("--format", "format_", type=click.Choice(FORMATS), help="[default: md]")
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it there; the ending names the format, or it is html.",
)


@click.group("report")
def group() -> None:
    """Tell what happened in a day, a week or a month."""


def _command(period: Period) -> click.Command:
    name = span.NAMES[period]

    @group.command(period, help=f"Make and keep the report on a {name}; show it.")
    @click.option("--feed", default="", help="Only about this feed.")
    @click.option("--day", default="", help=f"The {name} with this day. [default: the last {name}]")
    @click.option("--mail", is_flag=True, help="As the schedule does: mail it to the operators.")
    @FORMAT
    @OUT
    @click.pass_context
    @fail_clearly
    def made(ctx: click.Context, /, day: str, **chosen: Any) -> None:
        wanted = Wanted(span.wanted(period, day, datetime.now(UTC).date()), chosen["feed"])
        pages = _made(ctx, wanted, is_mailed=chosen["mail"])
        out = chosen["out"]
        _show(pages[_format_of(chosen["format_"], out)], out)

    return made


for _period in PERIODS:
    _command(_period)


def _made(ctx: click.Context, wanted: Wanted, *, is_mailed: bool) -> dict[str, str]:
    # Late: what gathers needs the clients of all stores, and `--help` should not wait for them.
    from cli.report.making import mail, make

    settings = settings_of(ctx)

    async def work() -> dict[str, str]:
        async with connect("report", settings) as runtime:
            if not is_mailed:
                return (await make(runtime, settings, wanted)).pages
            async with note(runtime, f"{kept.REPORT}-{wanted.span.period}"):
                done = await make(runtime, settings, wanted)
                await mail(runtime, done)
                return done.pages

    return run_async(work())


def _format_of(format_: str | None, out: Path | None) -> str:
    if format_ or out is None:
        return format_ or "md"
    ending = out.suffix.removeprefix(".")
    return ending if ending in FORMATS else "html"


def _show(page: str, out: Path | None) -> None:
    if out is None:
        click.echo(page, nl=False)
        return
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError("--out", f"{out} cannot be written: {error.strerror}") from error
    click.echo(f"written to {out}", err=True)


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="As one JSON list.")
@click.pass_context
@fail_clearly
def list_(ctx: click.Context, as_json: bool) -> None:
    """Show the reports that are kept, the one made last first."""
    settings = settings_of(ctx)

    async def work() -> list[Record]:
        async with connect("report", settings) as runtime:
            return await kept.read_all(runtime.kv(kept.BUCKET))

    found = run_async(work())[::-1]
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for line in map(_line, found):
        click.echo(line)
    if not found:
        click.echo("there are no reports; `paperbus report daily` makes one")


def _line(one: Record) -> str:
    counts = f"{one.announced} announced, {one.ready} ready, {one.dead} dead"
    return f"{one.id:<24}  made {minute(one.at)}  {counts}"


@group.command()
@click.argument("report", default="latest")
@FORMAT
@OUT
@click.pass_context
@fail_clearly
def show(ctx: click.Context, report: str, format_: str | None, out: Path | None) -> None:
    """Show a report that is kept, by its name in the list; without one the newest."""
    settings = settings_of(ctx)

    async def work() -> str:
        # Late: the client of the store costs a second that `list` should not pay.
        from common import objects

        store = objects.connect(settings.objects)
        async with connect("report", settings) as runtime:
            record = await kept.one(runtime.kv(kept.BUCKET), report)
        return await kept.page(store, record, _format_of(format_, out))

    _show(run_async(work()), out)
