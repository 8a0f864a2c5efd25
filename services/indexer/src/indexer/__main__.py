"""Starts the indexer, or one of its commands."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from common import service
from common.commands import service_group
from common.runtime import Runtime
from common.service import Wired
from indexer import cli
from indexer.settings import Settings

SERVICE = "indexer"


@asynccontextmanager
async def wire(runtime: Runtime, settings: Settings) -> AsyncIterator[Wired]:
    """What the runtime runs."""
    # Qdrant's client and the embedder cost over two seconds to import; `parse` needs neither.
    from indexer.wiring import wired

    async with wired(runtime, settings) as all_of_it:
        yield all_of_it


def start(settings: Settings) -> int:
    """Run the service; the exit code."""
    return service.run(SERVICE, settings, wire)


main = service_group(SERVICE, Settings, start, "Reads papers and makes them searchable.")
cli.add_commands(main)

if __name__ == "__main__":
    main()
