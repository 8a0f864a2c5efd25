"""The parts of the fetcher put together from its settings."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog

from common.errors import Unavailable, UsageError
from common.kv import key
from common.stopping import pause
from common.version import VERSION
from fetcher.arxiv import Addresses, Arxiv
from fetcher.cursor import Cursors, Overlap
from fetcher.feeds import Feed, load_feeds
from fetcher.folder import FolderRules, FolderRun
from fetcher.harvest import Harvest
from fetcher.lease import Pace
from fetcher.polite import Polite
from fetcher.ports import AnyKv
from fetcher.runner import Parts, Runner
from fetcher.runs import RunStore
from fetcher.settings import FetcherSettings
from fetcher.stores import Stores
from fetcher.web import Limits, Web, new_client

log = structlog.get_logger("paperbus")

SOURCE = "arxiv"
"""Name of the lease and in errors; one for all of arXiv's addresses."""


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def feeds_of(settings: FetcherSettings) -> dict[str, Feed]:
    """The feeds the settings name; raises UsageError."""
    return load_feeds(Path(settings.feeds_dir))


@asynccontextmanager
async def arxiv(settings: FetcherSettings, leases: AnyKv) -> AsyncIterator[Arxiv]:
    """arXiv behind its lease."""
    pace = Pace(interval_s=settings.arxiv_interval_s, patience_s=settings.arxiv_patience_s)
    owner = f"{socket.gethostname()}-{os.getpid()}-{os.urandom(3).hex()}"
    polite = Polite(leases, key(SOURCE), owner, pace=pace)
    if not settings.arxiv_contact and "arxiv.org" in settings.arxiv_oai_url:
        log.warning("no_contact", mend="set ARXIV_CONTACT so that arXiv can write to you")
    limits = Limits(
        max_bytes=20_000_000,
        total_s=settings.download_timeout_s,
        min_bytes_per_s=settings.download_min_bytes_per_s,
    )
    pdf_limits = Limits(
        max_bytes=settings.download_max_bytes,
        total_s=settings.download_timeout_s,
        min_bytes_per_s=settings.download_min_bytes_per_s,
    )
    async with new_client(VERSION, settings.arxiv_contact) as client:
        web = Web(client, polite, SOURCE, stop_s=settings.arxiv_stop_s)
        yield Arxiv(web, _addresses(settings), limits=limits, pdf_limits=pdf_limits)


def _addresses(settings: FetcherSettings) -> Addresses:
    return Addresses(
        oai=settings.arxiv_oai_url.rstrip("/"),
        api=settings.arxiv_api_url.rstrip("/"),
        rss=settings.arxiv_rss_url.rstrip("/"),
        pdf=settings.arxiv_pdf_url.rstrip("/"),
    )


def runner(
    settings: FetcherSettings, source: Arxiv, stores: Stores, feeds: Mapping[str, Feed]
) -> Runner:
    """What runs feeds."""
    rules = FolderRules(max_bytes=settings.download_max_bytes, settle_s=settings.folder_settle_s)
    overlap = Overlap(days=settings.harvest_overlap_days, deep_days=settings.harvest_deep_days)
    return Runner(
        Parts(
            arxiv=source,
            announcer=stores.announcer,
            runs=RunStore(stores.sources, kept=settings.runs_kept),
            harvest=Harvest(
                source,
                stores.announcer,
                Cursors(stores.sources),
                feeds=feeds.values(),
                overlap=overlap,
            ),
            folder=FolderRun(
                stores.announcer, stores.objects, stores.sources, rules=rules, now=now
            ),
            feeds=feeds,
            now=now,
            check_list=settings.arxiv_check_list,
        )
    )


async def watch_folders(
    runs: Runner,
    stopping: asyncio.Event,
    poll_s: float,
    *,
    problem: Callable[[str], None],
    is_on: Callable[[], bool] = lambda: True,
) -> None:
    """Look into the folder feeds again and again until the service stops."""
    told = ""
    while not stopping.is_set():
        try:
            if is_on():
                await runs.watch()
            told = ""
        except (UsageError, Unavailable) as error:
            if told != str(error):
                problem(told := str(error))
        await pause(stopping, poll_s)
