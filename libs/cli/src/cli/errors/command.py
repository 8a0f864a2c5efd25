"""``paperbus errors``: recent errors by type, with counts, times, places and a trace."""

from datetime import UTC, datetime

import click
import msgspec

from cli import tables
from cli.context import settings_of
from cli.controls.spans import minute, span_of
from cli.errors.gather import Errors, grouped, read
from common.commands import fail_clearly, run_async
from common.errorbook.record import BUCKET, DAYS_KEPT
from common.errors import UsageError
from common.ids import stamp
from common.runtime import connect
from common.topology import WORKERS

BAR_CHARS = 40


@click.command("errors")
@click.option("--since", default="24h", show_default=True, help="Not older: 2h, 3d; at most 7d.")
@click.option("--service", type=click.Choice(WORKERS), help="Only of this service.")
@click.option("--hourly", is_flag=True, help="How many in each hour, too.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
@fail_clearly
def command(
    ctx: click.Context, since: str, service: str | None, hourly: bool, as_json: bool
) -> None:
    """Show what went wrong lately, by type; the trace leads to logs and `paperbus trace`."""
    span = span_of(since, "--since")
    if span.days > DAYS_KEPT:
        raise UsageError("--since", f"errors are kept for {DAYS_KEPT} days; ask for at most 7d")
    found = run_async(_read(ctx, service or "", stamp(datetime.now(UTC) - span)))
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    _print(found)
    if hourly:
        _print_hours(found)


async def _read(ctx: click.Context, service: str, since: str) -> Errors:
    async with connect("errors", settings_of(ctx)) as runtime:
        return grouped(await read(runtime.kv(BUCKET), service), since)


def _print(found: Errors) -> None:
    if not found.total:
        click.echo(f"no errors since {minute(found.since)}")
        return
    names = ("type", "count", "service", "place", "first", "last", "trace", "words")
    rows = [
        (
            kind.type if number == 0 else "",
            str(one.count),
            one.service,
            one.place,
            minute(one.first),
            minute(one.last),
            one.trace_id,
            one.message,
        )
        for kind in found.types
        for number, one in enumerate(kind.places)
    ]
    tables.show(names, rows, right=("count",))
    click.echo(f"{found.total} since {minute(found.since)}, {len(found.types)} types")


def _print_hours(found: Errors) -> None:
    most = max(found.hours.values(), default=1)
    for hour, number in found.hours.items():
        click.echo(f"{hour}:00Z {number:>7} {'█' * max(1, round(BAR_CHARS * number / most))}")
