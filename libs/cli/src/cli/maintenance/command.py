"""``paperbus maintenance``: plan, list, cancel."""

from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from cli.context import settings_of
from cli.maintenance import planning, record
from cli.maintenance.window import Window, window
from common.commands import fail_clearly, run_async
from common.ids import now
from common.maintenance import second
from common.runtime import connect

JSON = click.option("--json", "as_json", is_flag=True, help="As one JSON value.")


@click.group("maintenance")
def group() -> None:
    """Plan work on the system, and let those concerned know of it by mail."""


@group.command()
@click.option("--from", "starts", required=True, help="Like '2026-12-06 02:00'.")
@click.option("--to", "ends", required=True, help="Like --from, or how long: 4h.")
@click.option("--why", required=True, help="What is done; people read it.")
@click.option("--operators-only", is_flag=True, help="Do not tell those who have watches.")
@JSON
@click.pass_context
@fail_clearly
def plan(ctx: click.Context, /, why: str, as_json: bool, **chosen: Any) -> None:
    """Plan a window; people are told 48 hours before (or now), at its start and at its end.

    Times without an offset are in SCHEDULES_TIME_ZONE.
    """
    settings = settings_of(ctx)
    zone = settings.schedules.schedules_time_zone
    times, only = (chosen["starts"], chosen["ends"]), chosen["operators_only"]
    wanted = window(times, why, datetime.now(UTC), zone=zone, operators_only=only)

    async def work() -> Window:
        async with connect("maintenance", settings) as runtime:
            return await planning.plan(runtime, wanted)

    _show(run_async(work()), as_json=as_json)


@group.command("list")
@click.option("--all", "with_past", is_flag=True, help="Those that are over or cancelled, too.")
@JSON
@click.pass_context
@fail_clearly
def list_(ctx: click.Context, with_past: bool, as_json: bool) -> None:
    """Show the windows to come."""
    settings = settings_of(ctx)

    async def work() -> list[Window]:
        async with connect("maintenance", settings) as runtime:
            return await record.read_all(runtime.kv(record.BUCKET))

    at = now()
    found = [one for one in run_async(work()) if with_past or one.is_ahead(at)]
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for one in found:
        click.echo(f"{one.state(at):<10}{one.words()}")
    if not found:
        click.echo("no maintenance is planned")


@group.command()
@click.argument("name", metavar="WINDOW")
@JSON
@click.pass_context
@fail_clearly
def cancel(ctx: click.Context, name: str, as_json: bool) -> None:
    """Call a window off, or end it early; who was told of it is told that, too."""
    settings = settings_of(ctx)

    async def work() -> Window:
        async with connect("maintenance", settings) as runtime:
            return await planning.cancel(runtime, name, second(now()))

    _show(run_async(work()), as_json=as_json)


def _show(one: Window, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(one).decode())
        return
    at = second(now())
    click.echo(f"{one.state(at)}: {one.words()}")
    if one.state(at) == "planned":
        told = "have just been told" if one.noticed <= at else f"are told at {one.noticed}"
        whom = "the operators" if one.operators_only else "the operators and all who have a watch"
        click.echo(f"{whom} {told}, at its start and at its end")
