"""Commands for debugging the summarizer from a shell."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import click
import msgspec

from common.commands import fail_clearly, loaded, run_async
from common.errors import UsageError
from common.events import PaperEmbedded, SummaryRequested
from common.ids import now
from common.paperid import parse
from common.runtime import Runtime, connect
from common.texts import Summary
from summarizer.handlers import INDEXED, indexed
from summarizer.settings import Settings
from summarizer.spend import Spend
from summarizer.summarize import Summarizer

Open = Callable[[Runtime, Settings], AbstractAsyncContextManager[Summarizer]]
PARTS = ("tldr", "problem", "method", "findings", "limits")


def add_commands(group: click.Group, opened: Open) -> None:
    """Add the summarizer's own commands to ``group``."""

    @group.command(help="Summarise one indexed paper; without --dry-run the service is asked to.")
    @click.argument("paper_id", metavar="ID")
    @click.option("--dry-run", is_flag=True, help="Print it with its cost and store nothing.")
    @click.option("--model", default="", help="Another model, or `extractive`.")
    @click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
    @fail_clearly
    def summarize(paper_id: str, dry_run: bool, model: str, as_json: bool) -> None:
        settings = loaded(Settings)
        paper = parse(paper_id).key
        if dry_run:
            summary = run_async(_dry_run(settings, opened, paper, model))
            click.echo(msgspec.json.encode(summary).decode() if as_json else shown(summary))
        else:
            click.echo(run_async(_requested(settings, paper, model)))

    @group.command(help="Tokens and cost of one day.")
    @click.option("--day", default="", help="YYYY-MM-DD; today when not given.")
    @fail_clearly
    def spend(day: str) -> None:
        click.echo(run_async(_spent(loaded(Settings), day or now()[:10])))


async def _dry_run(settings: Settings, opened: Open, paper: str, model: str) -> Summary:
    """What is stored under the recipe already, else a fresh summary (a model is really asked)."""
    async with connect("summarizer-cli", settings) as runtime:
        event = await _indexed(runtime, paper)
        await runtime.controls.read()
        async with opened(runtime, settings) as core:
            todo = await core.plan(event, model=model)
            kept = await core.cached(todo)
            if kept is not None:
                return msgspec.structs.replace(kept, cost_usd=0.0)
            return (await core.make(event, todo)).summary


async def _requested(settings: Settings, paper: str, model: str) -> str:
    async with connect("summarizer-cli", settings) as runtime:
        event = await _indexed(runtime, paper)
        row = await runtime.ledger.read(paper, "summarizer")
        epoch = row.row.epoch + 1 if row else event.epoch
        request = SummaryRequested(
            paper=paper, version=event.version, epoch=epoch, model=model, at=now()
        )
        await runtime.bus.request(request)
        return f"asked for a summary of {paper} v{event.version}; `summarizer tail` shows it come"


async def _indexed(runtime: Runtime, paper: str) -> PaperEmbedded:
    entry = await runtime.ledger.read(paper, INDEXED)
    if entry is None:
        raise UsageError("ID", f"{paper} is not indexed here; `fetcher fetch --id` brings it in")
    return indexed(entry, paper)


async def _spent(settings: Settings, day: str) -> str:
    async with connect("summarizer-cli", settings) as runtime:
        records = await Spend(runtime.kv("spend"), settings.summarizer.prices, now).of_day(day)
    lost = [record for record in records if not record.kept]
    return (
        f"{day}: {len(records) - len(lost)} summaries, {len(lost)} calls in vain, "
        f"{sum(record.prompt_tokens for record in records)} tokens in, "
        f"{sum(record.completion_tokens for record in records)} out, "
        f"${sum(record.cost_usd for record in records):.4f}"
    )


def shown(summary: Summary) -> str:
    """A summary as lines for a terminal; empty parts are left out."""
    kind = "extractive (the paper's own sentences)" if summary.extractive else summary.model
    lines = [f"{summary.paper} v{summary.version} · {kind}"]
    for part in PARTS:
        text = getattr(summary, part)
        if text:
            lines.append(f"{part + ':':<10}{text}")
    tokens = f"{summary.prompt_tokens} tokens in, {summary.completion_tokens} out"
    lines.append(f"{'cost:':<10}${summary.cost_usd:.4f} ({tokens})")
    return "\n".join(lines)
