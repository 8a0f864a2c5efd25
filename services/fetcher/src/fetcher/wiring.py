"""The running fetcher: handlers bound to the bus, feeds to its clock, folders watched."""

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from common.jobs import BUCKET
from common.jobwork import JobWork
from common.runtime import Runtime
from common.service import Wired
from fetcher import assembly, metrics, stores
from fetcher.ahead import Ahead
from fetcher.download import Downloads
from fetcher.feeds import source_of
from fetcher.handlers import Asking, handlers
from fetcher.runs import VERDICTS
from fetcher.schedules import publish_feeds
from fetcher.settings import Settings

log = structlog.get_logger("paperbus")


@asynccontextmanager
async def wire(runtime: Runtime, settings: Settings) -> AsyncIterator[Wired]:
    """What the runtime runs."""
    own = settings.fetcher
    kept = stores.opened(runtime, settings)
    feeds = assembly.feeds_of(own)
    metrics.begin({source_of(feed) for feed in feeds.values()}, VERDICTS)
    await publish_feeds(runtime.bus, kept.sources, feeds)
    async with assembly.arxiv(own, kept.leases) as source:
        runs = assembly.runner(own, source, kept, feeds)
        downloads = Downloads(source, kept.objects, feeds, by_default=own.download_pdf)
        watch = functools.partial(
            assembly.watch_folders,
            runs,
            runtime.stopping,
            own.folder_poll_s,
            problem=lambda words: log.warning("folder_feed", problem=words),
            is_on=lambda: runtime.controls.is_on("fetching"),
        )
        work = JobWork(runtime.kv(BUCKET), runtime.bus)
        ahead = Ahead(runtime.ledger, kept.announcer, downloads)
        asking = Asking(work, ahead, runtime.ledger.read)
        table = handlers(runs, downloads, asking, workers=own.download_workers)
        yield Wired(handlers=table, tasks=(watch,))
