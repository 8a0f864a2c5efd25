"""``paperbus log``: how much each module says, changed while the services run."""

import re

import click
import msgspec

from cli import tables
from cli.controls import asking
from cli.controls.spans import minute
from common import started
from common.commands import fail_clearly, run_async
from common.controls.record import ALL, LEVELS, LOG, ROOT, Place
from common.errorbook.record import BUCKET as STARTED
from common.errors import UsageError
from common.ids import now
from common.topology import WORKERS

_MODULE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)
DEFAULT = "default"
service_option = click.option(
    "--service", type=click.Choice([*WORKERS, ALL]), default=ALL, show_default=True
)


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """One level, as it was started with or as it was set since."""

    service: str
    module: str
    level: str
    until: str = ""
    why: str = ""


@click.group("log")
def group() -> None:
    """See and change how much the services say."""


@group.command("level")
@service_option
@click.argument("module")
@click.argument("level", metavar="LEVEL|default")
@asking.lasts
@asking.why
@click.pass_context
@fail_clearly
def level_command(ctx: click.Context, /, module: str, level: str, **rest: str) -> None:
    """Let MODULE (and what is below it) say as much as LEVEL; `root` means all of it.

    MODULE is a Python module such as fetcher.arxiv, common.boundary or nats; LEVEL is debug, info,
    warning, error or critical, or `default` to take it back.
    """
    if not _MODULE.fullmatch(module):
        raise UsageError("MODULE", f"{module[:60]!r} is no module; write it like fetcher.arxiv")
    wanted = level.lower()
    if wanted not in (*LEVELS, DEFAULT):
        raise UsageError("LEVEL", f"{level[:40]!r} is not one of {', '.join(LEVELS)}, {DEFAULT}")
    place = Place(LOG, rest["service"], module)
    click.echo(run_async(_set(ctx, place, wanted, lasts=rest["lasts"], why=rest["why"])))


@group.command("list")
@asking.as_json
@click.pass_context
@fail_clearly
def list_command(ctx: click.Context, as_json: bool) -> None:
    """Show the level each service was started with, and what was set since."""
    found = run_async(_levels(ctx))
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
        return
    rows = [(one.service, one.module, one.level, minute(one.until), one.why) for one in found]
    tables.show(("service", "module", "level", "until", "why"), rows)


async def _set(ctx: click.Context, place: Place, level: str, *, lasts: str, why: str) -> str:
    async with asking.opened(ctx) as (_, store):
        if level == DEFAULT:
            was = await store.clear(place)
            return f"{place.name} is as it was started" if was else f"{place.name} had no level set"
        chosen = asking.control(level, lasts, why)
        await store.put(place, chosen)
        ends = f" until {minute(chosen.until)}" if chosen.until else ""
        whose = "all services" if place.service == ALL else place.service
        return f"{place.name} logs at {level} in {whose}{ends}"


async def _levels(ctx: click.Context) -> list[Level]:
    found: list[Level] = []
    async with asking.opened(ctx) as (runtime, store):
        kv = runtime.kv(STARTED)
        for service in WORKERS:
            began = await started.of(kv, service)
            if began is not None:
                level = began.values.get("LOG_LEVEL", "")
                found.append(Level(service=service, module=ROOT, level=level, why="as started"))
        for place, one in await store.all(LOG, now()):
            found.append(
                Level(
                    service=place.service,
                    module=place.name,
                    level=one.value,
                    until=one.until,
                    why=one.why,
                )
            )
    return found
