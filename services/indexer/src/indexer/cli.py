"""Commands for debugging the indexer from a shell."""

import asyncio
import sys
from pathlib import Path

import click
import msgspec

from common.commands import EXIT_FAILED, fail_clearly, loaded, run_async
from common.errors import UsageError
from common.events import Event, PaperFetched
from common.handlers import Result
from common.ledger import result_as
from common.paperid import parse as paper_id
from common.reading.parsed import Limits, Parsed
from common.reading.reader import PdfReader
from common.runtime import connect
from indexer.settings import Settings

FETCHED = "fetcher"


def add_commands(group: click.Group) -> None:
    """Add the indexer's own commands to ``group``."""

    @group.command(help="Read a PDF as the service would and print its passages; needs no server.")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
    @fail_clearly
    def parse(file: Path, as_json: bool) -> None:
        parsed = run_async(_read(file))
        if as_json:
            click.echo(msgspec.json.encode(parsed).decode())
        elif not parsed.problem:
            click.echo(shown(parsed))
        if parsed.problem:
            click.echo(f"error: {file}: {parsed.problem}", err=True)
            sys.exit(EXIT_FAILED)

    @group.command(help="Index a fetched paper again, here and now; states no fact.")
    @click.argument("paper", metavar="ID")
    @fail_clearly
    def index(paper: str) -> None:
        click.echo(described(run_async(_index(paper_id(paper).key, loaded(Settings)))))


async def _read(file: Path) -> Parsed:
    reader = PdfReader(Limits())
    try:
        return await reader.read(await asyncio.to_thread(file.read_bytes))
    finally:
        await reader.close()


async def _index(paper: str, settings: Settings) -> Result:
    # Qdrant's client and the embedder cost over two seconds to import; `parse` needs neither.
    from indexer.opening import opened

    async with connect("indexer-cli", settings) as runtime:
        event = result_as(await runtime.ledger.read(paper, FETCHED), PaperFetched)
        if event is None:
            raise UsageError("ID", f"{paper} is not fetched; `fetcher fetch --id` brings it in")
        runtime.stopping.set()  # a command does not wait for what is down
        async with opened(runtime, settings) as core:
            return await core.index(event)


def shown(parsed: Parsed) -> str:
    """The passages as lines for a terminal, notes and counts first."""
    head = [f"{parsed.pages} pages, {len(parsed.passages)} passages, {parsed.extractor}"]
    head += [f"note: {note}" for note in parsed.notes]
    body = [f"\n[{at.no}] page {at.page} · {at.section}\n{at.text}" for at in parsed.passages]
    tail = [f"\nreferences: {parsed.references[:200]}…"] if parsed.references else []
    return "\n".join(head + body + tail)


def described(result: Result) -> str:
    """What came of an indexing, as JSON."""
    if isinstance(result, Event):
        return msgspec.json.encode({"subject": result.subject, **_plain(result)}).decode()
    return msgspec.json.encode(result).decode()


def _plain(event: Event) -> dict[str, object]:
    plain = msgspec.to_builtins(event)
    return {key: value for key, value in plain.items() if key != "meta"}
