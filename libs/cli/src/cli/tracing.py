"""``paperbus trace``: the tree of everything that was done for one paper."""

import json
import urllib.error
import urllib.request

import click
import msgspec

from cli.context import settings_of
from cli.settings import Settings
from cli.tree import Line, lines
from common import paperid
from common.commands import fail_clearly, run_async
from common.errors import Retryable, Terminal, UsageError
from common.runtime import connect
from common.trace import trace_id_of
from standalone.receiver.store import Span


@click.command()
@click.argument("paper_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="The spans as JSON.")
@click.pass_context
@fail_clearly
def trace(ctx: click.Context, paper_id: str, as_json: bool) -> None:
    """Print the trace of the paper ID from its announcement to the last notification."""
    settings = settings_of(ctx)
    trace_id, spans = run_async(_spans(settings, paper_id))
    if as_json:
        click.echo(msgspec.json.encode(spans).decode())
        return
    click.echo(f"trace {trace_id}")
    for line in lines(spans):
        click.echo(_shown(line))


async def _spans(settings: Settings, text: str) -> tuple[str, list[Span]]:
    endpoint = settings.runtime.otel_exporter_otlp_endpoint
    if not endpoint:
        raise UsageError("OTEL_EXPORTER_OTLP_ENDPOINT", "is not set, so no traces are kept")
    key = paperid.parse(text).key
    async with connect("trace", settings) as runtime:
        entry = await runtime.ledger.read(key, "fetcher")
    if entry is None:
        raise UsageError("id", f"{key} is not known here; `paperbus status` counts what is")
    trace_id = trace_id_of(entry.row.trace)
    return trace_id, _fetched(f"{endpoint.rstrip('/')}/traces/{trace_id}")


def _fetched(url: str) -> list[Span]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return msgspec.json.decode(answer.read(), type=list[Span])
    except urllib.error.HTTPError as error:
        raise Terminal(f"no trace is kept at {url} ({error.code})") from error
    except (OSError, json.JSONDecodeError) as error:
        raise Retryable(f"{url} does not answer: {error}") from error


def _shown(line: Line) -> str:
    mark = "✗ " if line.failed else ""
    name = f"{'  ' * line.depth}{mark}{line.name}"
    return f"{name:<44} {line.service:<11} {line.began_ms:>10.1f} ms  {line.took_ms:>9.1f} ms"
