"""``paperbus schedule``: what the bus asks by the clock, and a person's hand on it."""

import click
import msgspec

from cli.context import settings_of
from cli.schedule.rows import Row, gather, lines
from cli.settings import Settings
from common import events
from common.commands import fail_clearly, run_async
from common.errors import Terminal
from common.ids import now
from common.message import Message
from common.runtime import connect
from common.schedules import keeping
from common.schedules.schedule import Schedule

REQUESTS = {request.subject: request for request in events.REQUESTS}


@click.group("schedule")
def group() -> None:
    """What the bus asks by the clock."""


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="As one JSON list.")
@click.pass_context
@fail_clearly
def list_(ctx: click.Context, as_json: bool) -> None:
    """List schedules: what each asks, when next, how it went last."""
    found = run_async(_gathered(settings_of(ctx)))
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    for line in lines(found):
        click.echo(line)


@group.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="What was asked as one JSON object.")
@click.pass_context
@fail_clearly
def run(ctx: click.Context, name: str, as_json: bool) -> None:
    """Ask now what the schedule asks; the clock is not changed, and a pause does not matter."""
    asked = run_async(_asked(settings_of(ctx), name))
    if as_json:
        told = {"asked": asked.subject, **msgspec.to_builtins(asked)}
        click.echo(msgspec.json.encode(told).decode())
        return
    click.echo(f"asked {asked.subject}; `paperbus schedule list` shows how it went")


@group.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="The schedule as one JSON object.")
@click.pass_context
@fail_clearly
def pause(ctx: click.Context, name: str, as_json: bool) -> None:
    """Let a schedule ask nothing until it is resumed, over every restart."""
    _shown(run_async(_changed(settings_of(ctx), name, paused=True)), as_json=as_json)


@group.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="The schedule as one JSON object.")
@click.pass_context
@fail_clearly
def resume(ctx: click.Context, name: str, as_json: bool) -> None:
    """Let a paused schedule ask again from its next time on; what it missed is not made up."""
    _shown(run_async(_changed(settings_of(ctx), name, paused=False)), as_json=as_json)


async def _gathered(settings: Settings) -> list[Row]:
    async with connect("schedule", settings) as runtime:
        return await gather(runtime, settings.schedules)


async def _asked(settings: Settings, name: str) -> Message:
    async with connect("schedule", settings) as runtime:
        message = request_of(await keeping.wanted(runtime.js, name))
        await runtime.bus.request(message)
        return message


def request_of(schedule: Schedule) -> Message:
    """What it asks, as a message; raises Terminal for a foreign one."""
    kind = REQUESTS.get(schedule.subject)
    if kind is None:
        raise Terminal(f"{schedule.name} asks {schedule.subject}, which is no request of ours")
    return msgspec.json.decode(schedule.body, type=kind)


async def _changed(settings: Settings, name: str, *, paused: bool) -> Row:
    async with connect("schedule", settings) as runtime:
        if paused:
            await keeping.pause(runtime.js, name, now())
        else:
            await keeping.resume(runtime.js, name)
        found = await gather(runtime, settings.schedules)
    return next(row for row in found if row.name == name)


def _shown(row: Row, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(row).decode())
    elif row.state == "paused":
        click.echo(f"{row.name} is paused; `paperbus schedule resume {row.name}` ends that")
    else:
        click.echo(f"{row.name} runs {row.words}; next {row.next or 'never'}")
