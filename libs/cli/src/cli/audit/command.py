"""``paperbus audit``: proves that nothing was lost and nothing happened twice."""

import gc
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from cli.audit.checks import table
from cli.audit.judge import judge
from cli.audit.options import BODIES, QUIESCENCE_S, Options
from cli.audit.secrecy import configured
from cli.audit.verdict import Verdict
from cli.audit.watching import Watching
from cli.context import environ_of, settings_of
from cli.settings import Settings
from common import paperid
from common.commands import fail_clearly, run_async
from common.runtime import Runtime, connect


@click.command("audit")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option(
    "--quiescence-s",
    type=click.FloatRange(0),
    default=QUIESCENCE_S,
    show_default=True,
    help="How long work may take before it counts as stuck.",
)
@click.option(
    "--bodies",
    type=click.IntRange(0),
    default=BODIES,
    show_default=True,
    help="Read and hash so many stored bodies, chosen by chance; 0 reads all.",
)
@click.option(
    "--accepted",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Ids of papers that clients were promised, one a line; each must be in the ledger.",
)
@click.option(
    "--remove-orphans",
    "tidy",
    is_flag=True,
    help="Take bodies out of the store that belong to nothing and are older than a day.",
)
@click.pass_context
@fail_clearly
def command(ctx: click.Context, /, as_json: bool, accepted: Path | None, **chosen: Any) -> None:
    """Prove that every paper came to one end and nothing happened twice; else exit code 1."""
    promised = () if accepted is None else _ids(accepted)
    options = Options(**chosen, accepted=promised, secrets=secrets_of(environ_of(ctx)))
    verdict = run_async(_audited(settings_of(ctx), options))
    if as_json:
        click.echo(msgspec.json.encode(verdict).decode())
    else:
        _print(verdict)
    sys.exit(0 if verdict.is_clean else 1)


async def _audited(settings: Settings, options: Options) -> Verdict:
    gc.disable()  # nothing of what is read is let go before the end, and there is much of it
    try:
        async with connect("audit", settings) as runtime:
            return await look(runtime, settings, options)
    finally:
        gc.enable()


async def look(runtime: Runtime, settings: Settings, options: Options) -> Verdict:
    """Read everything and judge it; disturbs nothing unless told to tidy.

    Raises Unavailable, Terminal.
    """
    # The clients of the stores cost a second to import, which every other command would pay too.
    from cli.audit.gather import gather
    from cli.audit.tidying import tidy
    from common import objects

    began, cpu = time.monotonic(), time.process_time()
    with Watching() as watching:
        seen = await gather(runtime, settings, options, watching)
    removed = await tidy(seen, objects.connect(settings.objects)) if options.tidy else []
    verdict = judge(seen)
    return msgspec.structs.replace(
        verdict,
        removed=tuple(one.key for one in removed),
        took_s=round(time.monotonic() - began, 3),
        cpu_s=round(time.process_time() - cpu, 3),
    )


def secrets_of(environ: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The configured secrets by name."""
    return tuple(configured(environ))


def _ids(path: Path) -> tuple[str, ...]:
    """Canonical keys; raises UsageError for a line that names no paper."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(paperid.parse(line).key for line in lines if line.strip())


def _print(verdict: Verdict) -> None:
    for kind, findings in (("unexplained", verdict.unexplained), ("doubled", verdict.doubled)):
        for finding in findings:
            click.echo(f"{kind}: {finding.check}: {finding.about}: {finding.words}")
    click.echo(
        f"read {verdict.messages} messages, {verdict.points} points, {verdict.objects} objects "
        f"({verdict.bodies_read} with their bodies), {verdict.deliveries} deliveries, "
        f"{verdict.letters} dead letters, {verdict.advisories} advisories "
        f"in {verdict.took_s:.1f} s ({verdict.cpu_s:.1f} s of CPU)"
    )
    click.echo(
        f"{verdict.summaries_paid} summaries paid for, {verdict.paid_in_vain} calls in vain, "
        f"{verdict.cost_usd:.4f} USD in all"
    )
    for name in verdict.removed:
        click.echo(f"removed: {name}")
    for line in table(verdict):
        click.echo(line)
    click.echo(
        f"{verdict.papers} papers: {verdict.ready} ready, {verdict.dead} dead, "
        f"{verdict.in_work} in work; {verdict.facts} facts; "
        f"{len(verdict.unexplained)} unexplained, {len(verdict.doubled)} doubled"
    )
