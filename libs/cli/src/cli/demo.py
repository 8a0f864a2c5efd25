"""``paperbus demo``: one recorded arXiv day through the whole system."""

import asyncio
import sys
from pathlib import Path

import click

from cli import demodata, replay
from cli.system import Options, System, running, say
from common.commands import fail_clearly

EXTRA_PORTS = ("upstream", "webhook", "smtp")


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("data/demo"),
    show_default=True,
    help="Folder that keeps everything; the same one again does no work twice.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of the page.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the page; 8080 if free.")
@click.option(
    "--day",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Another day: JSON lines, one record a line, plain or gzip.",
)
@click.option("--once", is_flag=True, help="End by itself; 0 when every paper reached its end.")
@click.option(
    "--timeout-s",
    type=click.FloatRange(1),
    default=3600.0,
    show_default=True,
    help="Give up after so long.",
)
@fail_clearly
def demo(data: Path, host: str, port: int | None, day: Path | None, **rest: bool | float) -> None:
    """Replay a recorded announcement day through real servers and all five services."""
    plan = demodata.plan(data, day)
    code = 1
    with running(Options(data=data, host=host, port=port), {}, extra=EXTRA_PORTS) as system:
        code = _play(system, plan, timeout_s=float(rest["timeout_s"]))
        if not rest["once"]:
            say(f"the page: {system.page}   (Ctrl-C stops everything)")
            system.stay()
    sys.exit(code)


def _play(system: System, plan: demodata.Plan, *, timeout_s: float) -> int:
    commands = demodata.servers(system.stack, plan)
    system.environ |= demodata.environment(system.stack, plan)
    demodata.write_feeds(plan)
    say(f"replaying {plan.day_name}: {plan.papers} papers, {plan.files} files in a folder")
    system.start(*commands)
    say(f"the page: {system.page}")
    return asyncio.run(replay.play(system, plan, timeout_s))
