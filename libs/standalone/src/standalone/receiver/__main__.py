"""``python -m standalone.receiver``: keep traces in a file."""

import time
from pathlib import Path

import click
import uvicorn

from standalone.receiver.app import Receiver
from standalone.receiver.store import SpanStore


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, required=True)
@click.option("--data", type=click.Path(path_type=Path), required=True, help="Folder to keep.")
def main(host: str, port: int, data: Path) -> None:
    """Receive OTLP/HTTP traces and give them out by id."""
    data.mkdir(parents=True, exist_ok=True)
    store = SpanStore(data / "spans.sqlite")
    store.prune(time.time())
    try:
        uvicorn.run(
            Receiver(store),
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
    finally:
        store.close()


if __name__ == "__main__":
    main()
