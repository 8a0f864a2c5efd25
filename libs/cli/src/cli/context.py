"""The settings a command runs with: the environment, and the data folder of a running system."""

from pathlib import Path

import click

from cli import envfile
from cli.settings import Settings
from common.settings import environment, load


def settings_of(ctx: click.Context) -> Settings:
    """Settings from the environment; what it lacks comes from ``<data>/paperbus.env``."""
    return load(Settings, environ_of(ctx))


def environ_of(ctx: click.Context) -> dict[str, str]:
    """The environment with the addresses of the system in the folder given by ``--data``."""
    folder: Path = ctx.find_root().params.get("data") or Path("data")
    known = envfile.read(folder) or envfile.read(folder / "demo")
    return {**known, **environment()}
