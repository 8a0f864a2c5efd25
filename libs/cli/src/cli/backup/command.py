"""``paperbus backup``: create, list, verify, restore, prune, git, key."""

import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click
import msgspec

from cli.backup import pruning, record, runs, scratch, sealing, shown, userdata
from cli.backup.making import Wanted
from cli.backup.manifest import Manifest
from cli.backup.pruning import Pruned
from cli.backup.record import Record
from cli.context import settings_of
from common.commands import fail_clearly, run_async
from common.ids import now
from common.runtime import connect

TARGET = click.option("--target", default="", help="Instead of BACKUP_TARGET.")
IDENTITY = click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Instead of BACKUP_IDENTITY_FILE.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="As one JSON value.")


@click.group("backup")
def group() -> None:
    """Keep the whole system, and bring it back."""


def _say(text: str) -> None:
    click.echo(text, err=True)


def _show(value: Any, lines: str, *, as_json: bool) -> None:
    click.echo(msgspec.json.encode(value).decode() if as_json else lines)


@group.command()
@click.option("--objects", is_flag=True, help="Keep the bodies too; only new ones are copied.")
@click.option("--no-index", is_flag=True, help="Leave the index out; it can be made anew.")
@click.option("--note", default="", help="A word about this backup.")
@TARGET
@JSON
@click.pass_context
@fail_clearly
def create(ctx: click.Context, /, target: str, as_json: bool, note: str, **chosen: bool) -> None:
    """Make a backup while the system works, and read it back."""
    settings = runs.with_target(settings_of(ctx), target=target, identity=None)
    wanted = Wanted(objects=chosen["objects"], with_index=not chosen["no_index"], note=note)

    async def work() -> Record:
        async with connect("backup", settings) as runtime:
            return await runs.create(runtime, settings, wanted, _say)

    made = run_async(work())
    _show(made, shown.together(shown.made(made)), as_json=as_json)


@group.command("list")
@TARGET
@JSON
@click.pass_context
@fail_clearly
def list_(ctx: click.Context, target: str, as_json: bool) -> None:
    """Show the backups there are, oldest first."""
    settings = runs.with_target(settings_of(ctx), target=target, identity=None)

    async def work() -> list[Manifest]:
        async with runs.archive_of(settings) as archive:
            return [await archive.manifest(ident) for ident in await archive.ids()]

    found = run_async(work())
    lines = [shown.line(one) for one in found] or ["there are no backups"]
    known = [record.record_of(one, settings.backup.backup_target) for one in found]
    _show(known, shown.together(lines), as_json=as_json)


@group.command()
@click.argument("backup", default="latest")
@TARGET
@IDENTITY
@JSON
@click.pass_context
@fail_clearly
def verify(
    ctx: click.Context, backup: str, target: str, identity: Path | None, as_json: bool
) -> None:
    """Restore into a scratch system and run the checks of the audit; exit code 1 for a finding."""
    settings = runs.with_target(settings_of(ctx), target=target, identity=identity)
    manifest, found = runs.verify(settings, backup, _say)
    if found.is_green:
        run_async(runs.note_verified(settings, manifest.id))
    answer = {"id": manifest.id, "green": found.is_green, "verdict": found.verdict}
    lines = [f"backup {manifest.id}:", *shown.examined(found)]
    _show({**answer, "surplus": found.surplus}, shown.together(lines), as_json=as_json)
    sys.exit(0 if found.is_green else 1)


@group.command()
@click.argument("backup", default="latest")
@click.option("--overwrite", is_flag=True, help="Make a backup of what is there, and replace it.")
@click.option("--no-index", is_flag=True, help="Do not put the index back.")
@click.option("--servers", is_flag=True, help="Start the servers of the --data folder for it.")
@click.option(
    "--feeds-to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the feeds that are missing there.",
)
@TARGET
@IDENTITY
@JSON
@click.pass_context
@fail_clearly
def restore(ctx: click.Context, /, backup: str, as_json: bool, **rest: Any) -> None:
    """Put a backup into an empty system and examine it; exit code 1 for a finding.

    The services must not run; the servers must, or --servers starts them.
    """
    settings = runs.with_target(settings_of(ctx), target=rest["target"], identity=rest["identity"])
    data: Path = ctx.find_root().params.get("data") or Path("data")
    feeds: Path | None = rest["feeds_to"]
    chosen = runs.Chosen(rest["overwrite"], not rest["no_index"], feeds)
    run_async(runs.about(settings, backup))  # before anything is started for it
    servers = scratch.stores_of(data, settings) if rest["servers"] else nullcontext(settings)
    with servers as there:
        back = run_async(runs.restore(there, backup, chosen, _say))
    green = back.examined.is_green
    kept = [f"what was there is backup {back.before}"] if back.before else []
    kept += [f"feeds written: {', '.join(back.feeds) or 'none'}"] if feeds else []
    done = shown.restored(back.manifest, back.restored)
    lines = [*kept, *done, *shown.examined(back.examined)]
    answer = {"id": back.manifest.id, "before": back.before, "green": green}
    answer |= {"restored": back.restored, "verdict": back.examined.verdict}
    _show(answer, shown.together(lines), as_json=as_json)
    sys.exit(0 if green else 1)


@group.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--keep-days", type=click.IntRange(1), help="Instead of BACKUP_KEEP_DAYS.")
@TARGET
@JSON
@click.pass_context
@fail_clearly
def prune(
    ctx: click.Context, dry_run: bool, keep_days: int | None, target: str, as_json: bool
) -> None:
    """Remove backups past their time; the newest good one always stays."""
    settings = runs.with_target(settings_of(ctx), target=target, identity=None)
    days = keep_days or settings.backup.backup_keep_days

    async def work() -> Pruned:
        async with runs.archive_of(settings) as archive:
            found = await pruning.plan(archive, time.time(), days)
            if not dry_run:
                await pruning.prune(archive, found)
                await runs.forget(settings, set(found.backups))
            return found

    found = run_async(work())
    _show(found, shown.together(shown.pruned(found, dry_run=dry_run)), as_json=as_json)


@group.command()
@JSON
@click.pass_context
@fail_clearly
def git(ctx: click.Context, as_json: bool) -> None:
    """Commit what people made (watches, library) to a git repository, and push it if one is set."""
    settings = settings_of(ctx)

    async def work() -> dict[str, bytes]:
        async with connect("backup", settings) as runtime:
            return await userdata.gathered(runtime)

    done = userdata.commit(settings.backup, run_async(work()), now(), _say)
    _show(done, done.words(), as_json=as_json)
    sys.exit(0 if done.is_fine else 1)


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
@fail_clearly
def key(file: Path) -> None:
    """Make an identity for encrypted backups; keep the file away from the system."""
    click.echo(f"BACKUP_RECIPIENT={sealing.make_identity(file)}")
