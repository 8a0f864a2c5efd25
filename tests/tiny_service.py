"""``python tiny_service.py FOLDER``: a fetcher that notes what it does and waits while told to."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from common.events import PaperAnnounced, PaperFetched
from common.handlers import Handlers
from common.service import Runtime, Wired, run
from common.settings import BusSettings, RuntimeSettings, environment, load


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the runtime needs."""

    bus: BusSettings
    runtime: RuntimeSettings


def handlers(folder: Path) -> Handlers:
    """Appends a line to ``begun`` for each message, then works while ``wait`` exists."""
    made = Handlers("fetcher")

    @made.on(PaperAnnounced)
    async def on_paper_announced(event: PaperAnnounced) -> PaperFetched:
        with (folder / "begun").open("a") as begun:
            begun.write(f"{event.paper}\n")
        while (folder / "wait").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        if (folder / "stuck").exists():
            await asyncio.to_thread(time.sleep, 120)
        return PaperFetched(paper=event.paper, version=event.version, meta=event.meta)

    return made


def main(folder: Path) -> int:
    """Run until told to stop."""
    plain = (folder / "plain").exists()

    async def task() -> None:
        while not (folder / "break").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        raise ZeroDivisionError("a bug in a task")

    @asynccontextmanager
    async def wire(runtime: Runtime, settings: Settings) -> AsyncIterator[Wired]:
        while (folder / "slow").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        taking = None if plain else handlers(folder)
        yield Wired(taking, (task,) if (folder / "task").exists() else ())

    return run("fetcher", load(Settings, environment()), wire, consumes=not plain)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
