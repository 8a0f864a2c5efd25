"""``paperbus audit``: reads the log and says whether anything was lost or done twice."""

import sys

import click
import msgspec

from cli.auditing import Log, Verdict, audit
from cli.context import settings_of
from cli.reading import whole
from common import topology
from common.commands import fail_clearly, run_async
from common.kv import parts_of
from common.runtime import Runtime, connect

TOLD = "told"


class _Delivery(msgspec.Struct, frozen=True):
    watch: str
    paper: str
    moment: str = ""
    state: str = ""
    attempts: int = 0


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
@fail_clearly
def command(ctx: click.Context, as_json: bool) -> None:
    """Prove that every paper came to one end and nothing happened twice; else exit code 1."""
    verdict = run_async(_audited(ctx))
    if as_json:
        click.echo(msgspec.json.encode(verdict).decode())
    else:
        _print(verdict)
    sys.exit(0 if verdict.is_clean else 1)


async def _audited(ctx: click.Context) -> Verdict:
    async with connect("audit", settings_of(ctx)) as runtime:
        return await look(runtime)


async def look(runtime: Runtime) -> Verdict:
    """Read everything and judge it; disturbs nothing."""
    log = Log()
    async for fact in whole(runtime.bus, topology.STREAMS[0].subjects):
        log.take(fact)
    return audit(log, await _sent(runtime))


async def _sent(runtime: Runtime) -> list[tuple[str, str, str]]:
    """Every delivery that was made, by watch, paper and moment."""
    items = await runtime.kv("deliveries").items()
    found = [
        msgspec.json.decode(entry.value, type=_Delivery)
        for name, entry in items
        if parts_of(name)[0] == TOLD
    ]
    return [(one.watch, one.paper, one.moment) for one in found if one.state == "sent"]


def _print(verdict: Verdict) -> None:
    for kind, findings in (("unexplained", verdict.unexplained), ("doubled", verdict.doubled)):
        for finding in findings:
            click.echo(f"{kind}: {finding.check}: {finding.about}: {finding.words}")
    click.echo(
        f"{verdict.papers} papers: {verdict.ready} ready, {verdict.dead} dead, "
        f"{verdict.in_work} in work; {verdict.facts} facts; "
        f"{len(verdict.unexplained)} unexplained, {len(verdict.doubled)} doubled"
    )
