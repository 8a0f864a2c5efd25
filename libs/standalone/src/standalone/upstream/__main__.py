"""The command `python -m standalone.upstream`: replay a recorded day of arXiv."""

import asyncio
from pathlib import Path
from typing import Any

import click
import msgspec

from standalone.upstream.app import Upstream
from standalone.upstream.faults import FaultError, Script, read_faults
from standalone.upstream.fonts import face_for
from standalone.upstream.pdfs import Pdfs, folder_beside
from standalone.upstream.records import DayError, bundled_day, read_day
from standalone.upstream.serving import listen, refuse, serve
from standalone.upstream.site import Paging, Site
from standalone.upstream.store import Store

AT_LEAST_0 = click.FloatRange(min=0)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The command's options, as its help tells them."""

    host: str
    port: int
    day: Path | None
    pdf_dir: Path | None
    pace_s: float
    faults: Path | None
    page_size: int
    token_ttl_s: float


@click.command(context_settings={"show_default": True})
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), required=True, help="Port; 0 picks one.")
@click.option("--day", type=FILE, help="JSON lines, plain or gzip; else the recorded day.")
@click.option("--pdf-dir", type=FOLDER, help="Real PDFs, <id>vN.pdf or <id>.pdf.")
@click.option("--pace-s", type=AT_LEAST_0, default=0.0, help="Answer 429 to sooner requests.")
@click.option("--faults", type=FILE, help="Script of faults, JSON.")
@click.option("--page-size", type=click.IntRange(min=1), default=100, help="Items an OAI page.")
@click.option("--token-ttl-s", type=AT_LEAST_0, default=86400.0, help="Life of OAI tokens.")
def main(**options: Any) -> None:
    """Replay a day of arXiv: OAI-PMH, query API, RSS, Atom and PDFs."""
    run(Options(**options))


def run(options: Options) -> None:
    """Serve until told to stop; exits with 2 and one sentence when that cannot begin."""
    day = options.day or bundled_day()
    script = Script()
    try:
        store = Store(read_day(day))
        if options.faults is not None:
            script.add(read_faults(options.faults))
    except (DayError, FaultError) as error:
        refuse(str(error))
    face_for("\u03b1", "")  # loads the wide face now rather than during the first request
    pdfs = Pdfs(options.pdf_dir or folder_beside(day))
    paging = Paging(page_size=options.page_size, token_ttl_s=options.token_ttl_s)
    app = Upstream(Site(store, pdfs, paging), script, pace_s=options.pace_s)
    sock = listen(options.host, options.port)
    address = f"http://{options.host}:{sock.getsockname()[1]}"
    ready = f"upstream ready on {address}: {len(store.listed)} papers of {store.newest}"
    asyncio.run(serve(app, sock, ready))


if __name__ == "__main__":
    main(prog_name="python -m standalone.upstream")
