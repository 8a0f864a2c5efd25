"""The fetcher: wiring and command line."""

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from common import objects
from common.service import Runtime, Wired, run
from fetcher import assembly, cli
from fetcher.announce import LedgerAnnouncer
from fetcher.download import Downloads
from fetcher.handlers import handlers
from fetcher.schedules import publish_feeds
from fetcher.settings import Settings

log = structlog.get_logger("paperbus")


@asynccontextmanager
async def wire(runtime: Runtime, settings: Settings) -> AsyncIterator[Wired]:
    """Bind the handlers to the bus, and the feeds to its clock."""
    own = settings.fetcher
    stores = assembly.Stores(
        sources=runtime.kv("sources"),
        leases=runtime.kv("leases"),
        objects=objects.connect(settings.objects),
        announcer=LedgerAnnouncer(runtime.ledger),
    )
    feeds = assembly.feeds_of(own)
    await publish_feeds(runtime.bus, stores.sources, feeds)
    async with assembly.arxiv(own, stores.leases) as source:
        runs = assembly.runner(own, source, stores, feeds)
        downloads = Downloads(source, stores.objects, feeds, by_default=own.download_pdf)
        watch = functools.partial(
            assembly.watch_folders,
            runs,
            runtime.stopping,
            own.folder_poll_s,
            problem=lambda words: log.warning("folder_feed", problem=words),
        )
        table = handlers(runs, downloads, workers=own.download_workers)
        yield Wired(handlers=table, tasks=(watch,))


def main() -> None:
    """The command ``fetcher``."""
    cli.group(lambda settings: run("fetcher", settings, wire))()


if __name__ == "__main__":
    main()
