"""``paperbus status``: what runs, how far papers have come, what waits."""

import sys
import urllib.error
import urllib.request
from typing import Any

import click
import msgspec
from rich.table import Table

from cli import tables
from cli.census.settings import pairs
from cli.context import settings_of
from cli.history import history
from cli.maintenance import record as maintenance
from cli.maintenance.window import Window
from cli.progress import Counts
from cli.reconciles import brief, newest
from cli.settings import Settings
from common import provision, topology
from common.commands import fail_clearly, run_async
from common.ids import now
from common.pauses import Pause, pause_of
from common.reconciles import BUCKET, Record
from common.runtime import Runtime, connect


class Lag(msgspec.Struct, frozen=True):
    """How much work one durable has before it."""

    durable: str
    waiting: int
    in_work: int
    redelivered: int
    paused: Pause | None = None
    """Why nothing is given out at the moment."""


class Status(msgspec.Struct, frozen=True):
    """What ``status`` shows."""

    services: dict[str, str]
    papers: dict[str, int]
    lags: list[Lag]
    differences: int
    reconcile: Record | None = None
    """The newest comparison of ledger, objects and index."""
    maintenance: tuple[Window, ...] = ()
    """Work on the system that goes on or is planned."""

    @property
    def is_fine(self) -> bool:
        """Whether all services are ready and the bus is as declared."""
        return not self.differences and all(state == "ok" for state in self.services.values())


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
@fail_clearly
def status(ctx: click.Context, as_json: bool) -> None:
    """Show services, papers and waiting work; exit code 1 when something is not ready."""
    found = run_async(_looked(settings_of(ctx)))
    if as_json:
        click.echo(msgspec.json.encode(found).decode())
    else:
        _print(found)
    sys.exit(0 if found.is_fine else 1)


async def _looked(settings: Settings) -> Status:
    urls = pairs("GATEWAY_HEALTH_URLS", settings.cli.gateway_health_urls)
    async with connect("status", settings) as runtime:
        progress, _ = await history(runtime)
        return Status(
            services={name: _asked(url) for name, url in urls.items()},
            papers=dict(zip(Counts._fields, progress.counts(), strict=True)),
            lags=[await _lag(runtime, consumer) for consumer in topology.CONSUMERS],
            differences=len(await provision.differences(runtime.nc)),
            reconcile=await newest(runtime.kv(BUCKET)),
            maintenance=await _maintenance(runtime),
        )


async def _lag(runtime: Runtime, consumer: topology.Consumer) -> Lag:
    info = await runtime.js.consumer_info(consumer.stream, consumer.durable)
    return Lag(
        consumer.durable,
        info.num_pending or 0,
        info.num_ack_pending or 0,
        info.num_redelivered or 0,
        pause_of(info),
    )


async def _maintenance(runtime: Runtime) -> tuple[Window, ...]:
    windows = await maintenance.read_all(runtime.kv(maintenance.BUCKET))
    return tuple(one for one in windows if one.is_ahead(now()))


def _asked(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:
            body: dict[str, Any] = msgspec.json.decode(answer.read())
    except urllib.error.HTTPError as error:
        body = msgspec.json.decode(error.read())
    except OSError:
        return "does not answer"
    problems = body.get("problems") or ()
    return "; ".join(map(str, problems)) or str(body.get("status"))


def _paused(pause: Pause) -> str:
    if pause.state == "switched_off":
        return "; switched off by the operator, see `paperbus flags list`"
    what = "no more" if pause.state == "waiting_budget" else "waits for"
    since = f" since {pause.since}" if pause.since else ""
    return f"; paused: {what} {pause.dependency}{since}, until {pause.until}"


def _print(found: Status) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2))
    for name, state in found.services.items():
        table.add_row(name, state)
    table.add_section()
    for name, count in found.papers.items():
        table.add_row(name, str(count))
    table.add_section()
    for lag in found.lags:
        words = f"{lag.waiting} waiting, {lag.in_work} in work"
        words += f", {lag.redelivered} again" * bool(lag.redelivered)
        table.add_row(lag.durable, words + (_paused(lag.paused) if lag.paused else ""))
    table.add_section()
    table.add_row("reconcile", brief(found.reconcile))
    for window in found.maintenance:
        table.add_row("maintenance", f"{window.state(now())}: {window.words()}")
    tables.console().print(table)
    if found.differences:
        click.echo("the bus differs from the declaration; run `paperbus topology check`", err=True)
