"""The command: `python -m standalone.vectors --port P --data DIR`."""

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import time
from pathlib import Path
from typing import NoReturn

import click
import uvicorn
import uvloop

from standalone.vectors.app import App
from standalone.vectors.errors import RequestError
from standalone.vectors.indexing import maintain
from standalone.vectors.store import FolderInUseError, Store

_USAGE_ERROR = 2
_GRACE_S = 1


class Server(uvicorn.Server):
    """Says when it is ready."""

    ready = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen."""
        await super().startup(sockets)
        click.echo(self.ready, err=True)


def _fail(message: str) -> NoReturn:
    click.echo(f"standalone.vectors: {message}", err=True)
    sys.exit(_USAGE_ERROR)


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


async def _serve(store: Store, listener: socket.socket, api_key: str, began: float) -> None:
    # uvicorn repeats the signal that stopped it once it is done; these handlers swallow it, so
    # that the store is closed in peace.
    for stop in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stop, lambda: None)
    store.open()
    server = Server(
        uvicorn.Config(
            App(store, api_key),
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=_GRACE_S,
        )
    )
    host, port = listener.getsockname()[:2]
    taken = time.perf_counter() - began
    count = len(store.collections)
    server.ready = f"vectors: ready on http://{host}:{port}, {count} collections, {taken:.2f} s"
    maintenance = asyncio.create_task(maintain(store))
    try:
        await server.serve(sockets=[listener])
    finally:
        maintenance.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await maintenance
        store.close()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), required=True, help="0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Data folder.")
@click.option("--api-key-file", type=click.Path(path_type=Path), help="File with the API key.")
def main(host: str, port: int, data: Path, api_key_file: Path | None) -> None:
    """Serve Qdrant's engine over the REST API that qdrant-client uses."""
    began = time.perf_counter()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        api_key = api_key_file.read_text().strip() if api_key_file else ""
    except OSError as error:
        _fail(f"cannot read the API key: {error}")
    if api_key_file and not api_key:
        _fail(f"{api_key_file} is empty")
    try:
        listener = _listen(host, port)
    except OSError as error:
        _fail(f"cannot listen on {host}:{port}: {error.strerror or error}")
    try:
        store = Store(data)
    except FolderInUseError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"cannot write to {data}: {error.strerror or error}")
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(store, listener, api_key, began))
    except RequestError as error:
        _fail(f"cannot open {data}: {error.message}")


if __name__ == "__main__":
    main()
