"""``paperbus reindex``: moves the index to another embedding model while it goes on serving."""

import os
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from cli.context import settings_of
from common.commands import EXIT_FAILED, fail_clearly, run_async
from common.errors import UsageError

NICENESS = 10
_json = click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("reindex", invoke_without_command=True)
@click.option("--model", help="The new model, such as wordllama-l2-supercat-256.")
@click.option(
    "--embedding-kind",
    type=click.Choice(["local", "static", "openai"]),
    help="How to load it, where the name does not say so.",
)
@click.option("--embedding-dir", default="", help="Folder of the model, the same on every machine.")
@click.option("--embedding-base-url", default="", help="Endpoint for openai, with /v1.")
@click.option(
    "--embedding-dimensions", type=click.IntRange(0, 8192), default=0, help="0: as the model has."
)
@click.option("--queries", type=_FILE, help="Queries to compare the models by, one a line.")
@click.option(
    "--sample",
    type=click.IntRange(0, 10_000),
    default=100,
    show_default=True,
    help="Titles to compare by.",
)
@click.option("--usd-per-million", type=click.FloatRange(0), default=0.0, help="Price of tokens.")
@_json
@click.pass_context
@fail_clearly
def group(ctx: click.Context, /, **given: Any) -> None:
    """Fill the index of another model beside the one that answers; run it again to go on.

    Every new paper is written to both from the first moment on. When it ends, `switch` lets the
    new model answer, `rollback` goes back, `drop` gives up the one that does not answer. Overlap
    is measured with --queries, else with the titles of --sample papers.
    """
    # Qdrant's client costs over a second to import; no other command should pay for it.
    from cli.reindex import texts, work

    if ctx.invoked_subcommand is not None:
        return
    as_json, file = given.pop("as_json"), given.pop("queries")
    if not given["model"]:
        raise UsageError("--model", "name the new model, such as wordllama-l2-supercat-256")
    asked = work.Asked(queries=_lines(file), **given)
    settings = settings_of(ctx)
    wanted = work.settings_for(asked, settings.embed)
    os.nice(NICENESS)  # live traffic goes first
    say = texts.progress(quiet=as_json)
    report = run_async(work.fill(settings, asked, wanted, say))
    _tell(report, as_json, texts.ended(report))
    sys.exit(0 if report.complete else EXIT_FAILED)


@group.command()
@_json
@click.pass_context
@fail_clearly
def status(ctx: click.Context, as_json: bool) -> None:
    """Which models the index is kept in, how complete each is, and how far a fill is."""
    from cli.reindex import texts, work  # late: see group

    state = run_async(work.status(settings_of(ctx)))
    _tell(state, as_json, texts.rows(state))


@group.command()
@click.option("--accept-worse", is_flag=True, help="Even if it finds less of the sample.")
@_json
@click.pass_context
@fail_clearly
def switch(ctx: click.Context, accept_worse: bool, as_json: bool) -> None:
    """Let the new model answer, if its index lacks nothing; else exit code 1."""
    from cli.reindex import texts, work  # late: see group

    spaces = run_async(work.switch(settings_of(ctx), accept_worse=accept_worse))
    _tell(spaces, as_json, texts.turned(spaces))


@group.command()
@_json
@click.pass_context
@fail_clearly
def rollback(ctx: click.Context, as_json: bool) -> None:
    """Let the former model answer again, if its index lacks nothing; else exit code 1."""
    from cli.reindex import texts, work  # late: see group

    spaces = run_async(work.rollback(settings_of(ctx)))
    _tell(spaces, as_json, texts.turned(spaces))


@group.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@_json
@click.pass_context
@fail_clearly
def drop(ctx: click.Context, yes: bool, as_json: bool) -> None:
    """Delete the index of the model that does not answer; a fill of it ends."""
    from cli.reindex import work  # late: see group

    if not yes:
        click.confirm("Delete the index of the model that does not answer?", abort=True, err=True)
    gone = run_async(work.drop(settings_of(ctx)))
    _tell(gone, as_json, f"the index in {gone.model} is gone")


def _lines(file: Path | None) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines() if file else []
    except UnicodeDecodeError as error:
        raise UsageError("--queries", "is no text in UTF-8; write it so") from error


def _tell(answer: msgspec.Struct, as_json: bool, words: str) -> None:
    click.echo(msgspec.json.encode(answer).decode() if as_json else words)
