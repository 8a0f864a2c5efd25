"""``paperbus doctor``: is the system well, and if not, what mends it?"""

import sys

import click
import msgspec

from cli.context import settings_of
from cli.doctor import text
from cli.doctor.chore import kept_examination
from cli.doctor.examine import examine
from cli.doctor.finding import EXIT, Report
from cli.operate.noting import note
from cli.settings import Settings
from common.commands import fail_clearly, run_async
from common.errors import UsageError
from common.runtime import connect


@click.command("doctor")
@click.option("--verbose", is_flag=True, help="Show what is right, too.")
@click.option("--feed", "feeds", multiple=True, help="Only this feed; may be repeated.")
@click.option("--keep", is_flag=True, help="As the schedule does: keep it, and mail the operators.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
@fail_clearly
def command(
    ctx: click.Context, verbose: bool, feeds: tuple[str, ...], keep: bool, as_json: bool
) -> None:
    """Examine everything; exit code 0 when healthy, 1 when degraded, 2 when unhealthy.

    With --keep it is 0 whenever the examination was kept: a job that has done its work.
    """
    if keep and feeds:
        raise UsageError("--keep", "keeps an examination of everything; leave out --feed")
    settings = settings_of(ctx)
    report = run_async(_kept(settings) if keep else examine(settings, feeds))
    if as_json:
        click.echo(msgspec.json.encode(report).decode())
    else:
        for line in text.lines(report, verbose=verbose):
            click.echo(line)
    sys.exit(0 if keep else EXIT[report.verdict])


async def _kept(settings: Settings) -> Report:
    async with connect("doctor", settings) as runtime, note(runtime, "doctor"):
        return await kept_examination(runtime, settings, mail=True)
