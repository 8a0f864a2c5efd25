"""``paperbus operate``: the worker behind schedules, reports, backups and system-wide metrics."""

import sys

import click

from cli.context import settings_of
from common import service
from common.commands import fail_clearly
from common.topology import OPERATOR


@click.command("operate")
@click.pass_context
@fail_clearly
def command(ctx: click.Context) -> None:
    """Run the operator's worker until it is stopped; one is enough, more share the work."""
    # Late: all the worker needs takes long to load, and no other command should wait for it.
    from cli.operate.wiring import wire

    sys.exit(service.run(OPERATOR, settings_of(ctx), wire))
