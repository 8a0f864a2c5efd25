"""``paperbus flags``: parts of the system switched off and on while it runs."""

import click
import msgspec

from cli import tables
from cli.controls import asking
from cli.controls.spans import minute
from common.commands import fail_clearly, run_async
from common.controls.flags import FLAGS, flag_named
from common.controls.record import ALL, FLAG, Control, Kept, Place, in_force
from common.ids import now


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A switch as it is now."""

    name: str
    service: str
    is_on: bool
    text: str
    how: str
    since: str = ""
    until: str = ""
    why: str = ""


@click.group("flags")
def group() -> None:
    """Switch parts of the system off and on; nothing is lost by it."""


@group.command("list")
@asking.as_json
@click.pass_context
@fail_clearly
def list_command(ctx: click.Context, as_json: bool) -> None:
    """Show every switch: what it is for, and whether it is on."""
    found = run_async(_all(ctx))
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    names = ("switch", "is", "service")
    rows = [(one.name, "on" if one.is_on else "OFF", one.service, _words(one)) for one in found]
    tables.show((*names, "what it is for"), rows, whole=names)


def _words(one: Shown) -> str:
    """What it is for, and what was set."""
    when = f"since {minute(one.since)}" if one.since else ""
    ends = f"until {minute(one.until)}" if one.until else ""
    said = ", ".join(part for part in (when, ends, one.why) if part)
    return f"{one.text} ({said})" if said else one.text


@group.command("set")
@click.argument("name")
@click.argument("value", type=click.Choice(["on", "off"]))
@asking.lasts
@asking.why
@click.pass_context
@fail_clearly
def set_command(ctx: click.Context, name: str, value: str, lasts: str, why: str) -> None:
    """Switch NAME on or off; the services take it over within seconds."""
    flag = flag_named(name)
    chosen = asking.control(value, lasts, why)
    run_async(_set(ctx, Place(FLAG, flag.service, name), chosen))
    ends = f" until {minute(chosen.until)}" if chosen.until else ""
    click.echo(f"{name} is {value}{ends}")


@group.command("clear")
@click.argument("name")
@click.pass_context
@fail_clearly
def clear_command(ctx: click.Context, name: str) -> None:
    """Take back what was set for NAME."""
    flag = flag_named(name)
    was = run_async(_cleared(ctx, name, flag.service))
    state = "on" if flag.default else "off"
    click.echo(f"{name} is {state}, as it is by itself" + ("" if was else "; nothing was set"))


async def _set(ctx: click.Context, place: Place, chosen: Control) -> None:
    async with asking.opened(ctx) as (_, store):
        await store.put(place, chosen)


async def _cleared(ctx: click.Context, name: str, service: str) -> bool:
    async with asking.opened(ctx) as (_, store):
        return any([await store.clear(Place(FLAG, whose, name)) for whose in (service, ALL)])


async def _all(ctx: click.Context) -> list[Shown]:
    async with asking.opened(ctx) as (_, store):
        return shown(await store.all(FLAG, now()), now())


def shown(found: list[Kept], at: str) -> list[Shown]:
    """Every switch, with what was set for it; pure."""
    lines = []
    for flag in FLAGS:
        own = [one for one in found if one.place.name == flag.name]
        own = [one for one in own if one.place.service in (ALL, flag.service)]
        said = max(own, key=lambda one: one.place.service != ALL).control if own else None
        is_on = in_force(own, flag.service, at).flags.get(flag.name, flag.default)
        lines.append(
            Shown(
                name=flag.name,
                service=flag.service,
                is_on=is_on,
                text=flag.text,
                how=flag.how,
                since=said.at if said else "",
                until=said.until if said else "",
                why=said.why if said else "",
            )
        )
    return lines
