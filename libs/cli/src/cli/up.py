"""``paperbus up``: the whole system against the real sources."""

import sys
from pathlib import Path

import click

from cli.system import Options, running, say
from common.commands import fail_clearly
from common.settings import environment

DEFAULT_FEEDS = Path("config/feeds")


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("data"),
    show_default=True,
    help="Folder that keeps everything.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the page.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the page; 8080 if free.")
@fail_clearly
def up(data: Path, host: str, port: int | None) -> None:
    """Start servers and services on one machine and keep them up until Ctrl-C."""
    environ = environment()
    chosen = {"FEEDS_DIR": environ.get("FEEDS_DIR") or str(DEFAULT_FEEDS.resolve())}
    with running(Options(data=data, host=host, port=port), chosen) as system:
        system.start()
        say(f"the page: {system.page}   (Ctrl-C stops everything)")
        system.stay()
    sys.exit(0)
