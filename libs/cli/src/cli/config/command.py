"""``paperbus config``: the settings of all services and feeds, seen and checked before a start."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from cli import tables
from cli.config import differing, gathering, template
from cli.config.differing import Difference
from cli.config.gathering import Gathered, Merged
from cli.context import settings_of
from cli.settings import Settings
from common import settings as settings_module
from common import started
from common.commands import EXIT_USAGE, fail_clearly, run_async
from common.configured import Problem, configured
from common.errorbook.record import BUCKET
from common.errors import UsageError
from common.runtime import connect
from common.topology import OPERATOR, WORKERS

EXIT_DIFFERS = 1
File = click.Path(exists=True, dir_okay=False, path_type=Path)
all_option = click.option("--all", "everything", is_flag=True, help="Of all services, too.")
json_option = click.option("--json", "as_json", is_flag=True, help="As one JSON value.")
file_option = click.option("--env-file", "file", type=File, help="Take what is not set from here.")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What ``config show --all`` tells."""

    settings: list[Merged]
    problems: list[Problem]
    absent: list[str]
    """Services that are not installed here."""


@click.group("config")
def group() -> None:
    """See, check and compare the settings."""


@group.command()
@all_option
@file_option
@json_option
@click.pass_context
@fail_clearly
def show(ctx: click.Context, everything: bool, file: Path | None, as_json: bool) -> None:
    """Print every setting as a start from here would have it, secrets as ***.

    With --all each has its source: default, environment, a file, or the data folder of a system
    that was started here.
    """
    told = gathering.origins(ctx, file)
    if not everything:
        _show_own(told.environ, as_json=as_json)
        return
    found = gathering.gather(told)
    shown = Shown(
        settings=gathering.merged(found.programs, told),
        problems=gathering.problems(found, told),
        absent=found.absent,
    )
    if as_json:
        click.echo(msgspec.json.encode(shown).decode())
        return
    rows = [(one.name, one.value, one.source, _whose(one.services)) for one in shown.settings]
    tables.show(("name", "value", "source", "read by"), rows, whole=("name",))
    _tell(shown.problems, found)


@group.command()
@all_option
@file_option
@json_option
@click.pass_context
@fail_clearly
def validate(ctx: click.Context, everything: bool, file: Path | None, as_json: bool) -> None:
    """Check the settings; with --all those of every service, and the feeds.

    All problems are told at once; exit code 2 when there is one.
    """
    told = gathering.origins(ctx, file)
    if everything:
        found = gathering.gather(told)
        problems = gathering.problems(found, told)
    else:
        found = Gathered(programs=[configured(OPERATOR, Settings, told.environ)], absent=[])
        problems = found.programs[0].problems
    if as_json:
        click.echo(msgspec.json.encode(problems).decode())
    else:
        _tell(problems, found)
    if problems:
        sys.exit(EXIT_USAGE)
    if not as_json:
        click.echo("settings are valid")


@group.command()
@click.option("--against", type=File, help="Another environment file.")
@click.option("--running", is_flag=True, help="What the running services were started with.")
@file_option
@json_option
@click.pass_context
@fail_clearly
def diff(ctx: click.Context, /, against: Path | None, running: bool, **rest: Any) -> None:
    """Show what differs from the defaults, another file, or what runs; exit code 1 if so.

    A secret counts as different only when one side has none.
    """
    if against and running:
        raise UsageError("--running", "goes without --against; choose one")
    told = gathering.origins(ctx, rest["file"])
    found = gathering.gather(told)
    if running:
        differences = differing.from_running(found.programs, run_async(_running(ctx)))
    elif against:
        other = gathering.gather(gathering.origins(ctx, against, alone=True))
        differences = differing.from_others(found.programs, other.programs)
    else:
        differences = differing.from_defaults(found.programs)
    there = "running" if running else str(against) if against else "default"
    _show_differences(differences, there, as_json=rest["as_json"])
    sys.exit(EXIT_DIFFERS if differences else 0)


@group.command()
@click.pass_context
@fail_clearly
def env(ctx: click.Context) -> None:
    """Print a file with every setting, its meaning and its default, to begin with."""
    del ctx
    found = gathering.gather(gathering.Origins(own={}))
    click.echo(template.text(found.programs), nl=False)
    _tell([], found)


def _show_own(environ: dict[str, str], *, as_json: bool) -> None:
    loaded = settings_module.load(Settings, environ)
    shown = dict(settings_module.describe(loaded))
    if as_json:
        click.echo(msgspec.json.encode(shown).decode())
        return
    for name, value in shown.items():
        click.echo(f"{name}={value}")


async def _running(ctx: click.Context) -> dict[str, started.Started]:
    async with connect("config", settings_of(ctx)) as runtime:
        kv = runtime.kv(BUCKET)
        found = {service: await started.of(kv, service) for service in WORKERS}
    return {service: one for service, one in found.items() if one is not None}


def _show_differences(differences: list[Difference], there: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(msgspec.json.encode(differences).decode())
    elif differences:
        rows = [(one.name, one.here, one.there, _whose(one.services)) for one in differences]
        tables.show(("name", "here", there, "read by"), rows, whole=("name",))
    else:
        click.echo(f"nothing differs ({there})")


def _whose(services: tuple[str, ...]) -> str:
    return "all" if len(services) == len(WORKERS) else ", ".join(services)


def _tell(problems: list[Problem], found: Gathered) -> None:
    for one in problems:
        click.echo(f"error: {one.name}: {one.words}", err=True)
    if found.absent:
        click.echo(f"not installed here, so not looked at: {', '.join(found.absent)}", err=True)
