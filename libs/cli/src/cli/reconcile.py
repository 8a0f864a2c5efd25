"""``paperbus reconcile``: asks the indexer to compare ledger, objects and index, and waits."""

import asyncio
import sys
import time

import click
import msgspec

from cli.context import settings_of
from cli.reconciles import MEANINGS
from cli.settings import Settings
from common.commands import fail_clearly, run_async
from common.errors import Terminal
from common.events import ReconcileRequested
from common.ids import message_id, now
from common.kv import key
from common.reconciles import BUCKET, RUN, Record
from common.runtime import Runtime, connect

LOOK_EVERY_S = 0.5


@click.command("reconcile")
@click.option("--dry-run", is_flag=True, help="Say what is wrong, and mend nothing.")
@click.option(
    "--timeout-s", type=click.IntRange(1), default=3600, show_default=True, help="Give up after."
)
@click.option("--json", "as_json", is_flag=True, help="The record as one JSON object.")
@click.pass_context
@fail_clearly
def command(ctx: click.Context, dry_run: bool, timeout_s: int, as_json: bool) -> None:
    """Compare ledger, objects and index, and mend what differs; exit code 1 if something is left.

    The indexer does the work, as it does every night by itself.
    """
    record = run_async(_reconciled(settings_of(ctx), dry_run, timeout_s))
    click.echo(msgspec.json.encode(record).decode() if as_json else shown(record))
    sys.exit(0 if record.is_fine else 1)


async def _reconciled(settings: Settings, dry_run: bool, timeout_s: int) -> Record:
    async with connect("reconcile", settings) as runtime:
        at = now()
        run = f"{at[:19].replace('-', '').replace(':', '')}Z-{message_id('reconcile', at)[:8]}"
        await runtime.bus.request(ReconcileRequested(run=run, dry_run=dry_run))
        return await _followed(runtime, run, timeout_s)


async def _followed(runtime: Runtime, run: str, timeout_s: int) -> Record:
    said = ""
    until = time.monotonic() + timeout_s
    while time.monotonic() < until:
        entry = await runtime.kv(BUCKET).get(key(RUN, run))
        record = None if entry is None else msgspec.json.decode(entry.value, type=Record)
        if record is not None and record.state != "running":
            return record
        stage = record.stage if record is not None else "waiting for the indexer"
        if stage != said:
            click.echo(stage, err=True)
            said = stage
        await asyncio.sleep(LOOK_EVERY_S)
    raise Terminal(f"no end after {timeout_s} s; the run {run} goes on by itself", reason="timeout")


def shown(record: Record) -> str:
    """The record for people."""
    sides = f"{record.papers} papers in the ledger, {record.indexed} in the index"
    lines = [f"{sides}, {record.objects} objects"]
    for kind, count in sorted(record.found.items()):
        mended = "" if record.dry_run else f", {record.mended.get(kind, 0)} mended"
        lines.append(f"{count} {MEANINGS.get(kind, kind)}{mended}")
    lines += [f"  {example}" for example in record.examples]
    if not record.found:
        lines.append("nothing is wrong")
    if record.note:
        lines.append(f"note: {record.note}")
    if record.state != "ok":
        lines.append(f"the run ended as {record.state}")
    return "\n".join(lines)
