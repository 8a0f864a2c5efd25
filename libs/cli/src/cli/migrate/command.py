"""``paperbus migrate``: the version of what is kept, and the way to the one that is needed."""

import sys

import click
import msgspec

from cli.context import settings_of
from cli.migrate.running import Done, run
from cli.migrate.steps import STEPS
from common import stateversion
from common.commands import fail_clearly, run_async
from common.runtime import connect

JSON = click.option("--json", "as_json", is_flag=True, help="As one JSON object.")


@click.group("migrate")
def group() -> None:
    """Bring what is kept to the version that this software needs."""


@group.command()
@JSON
@click.pass_context
@fail_clearly
def status(ctx: click.Context, as_json: bool) -> None:
    """Show the version there is and what is to be done; exit code 1 when something is."""

    async def work() -> int:
        async with connect("migrate", settings_of(ctx)) as runtime:
            return await stateversion.read(runtime.js)

    version = run_async(work())
    due = STEPS.after(version)
    problem = stateversion.problem(version)
    if as_json:
        steps = [{"version": step.version, "text": step.text} for step in due]
        answer = {"version": version, "needed": stateversion.NEEDED, "due": steps}
        click.echo(msgspec.json.encode({**answer, "problem": problem}).decode())
    else:
        click.echo(f"the data has version {version}, this software needs {stateversion.NEEDED}")
        for step in due:
            click.echo(f"due: {step.version}: {step.text}")
        click.echo(problem or "nothing is to be done")
    sys.exit(1 if problem else 0)


@group.command("run")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@JSON
@click.pass_context
@fail_clearly
def run_(ctx: click.Context, dry_run: bool, as_json: bool) -> None:
    """Make a backup, then do every step that is due; the same again does nothing."""
    settings = settings_of(ctx)

    async def work() -> Done:
        async with connect("migrate", settings) as runtime:
            return await run(runtime, settings, STEPS, _say, dry_run=dry_run)

    done = run_async(work())
    if as_json:
        click.echo(msgspec.json.encode(done._asdict()).decode())
        return
    if done.backup:
        click.echo(f"backup {done.backup} was made first")
    verb = "would change" if dry_run else "changed"
    for version, text, count in done.steps:
        click.echo(f"{version}: {text}: {count} {verb}")
    click.echo(f"the data has version {done.now}" if done.steps else "nothing is to be done")


def _say(text: str) -> None:
    click.echo(text, err=True)
