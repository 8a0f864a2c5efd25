"""What the fetcher does with which message."""

from typing import NamedTuple

from common.events import FetchAsked, FetchRequested, PaperAnnounced, PaperFetched
from common.handlers import Done, Handlers
from common.jobwork import JobWork, current
from fetcher.announce import Announcer
from fetcher.download import Downloads
from fetcher.landing import Read, landed
from fetcher.runner import Runner

ASKED_AT_ONCE = 8
"""Requests of people take turns at the source, and none waits for a whole run to end."""


class Asking(NamedTuple):
    """What requests of people need beyond the others."""

    work: JobWork
    ahead: Announcer
    read: Read


def handlers(runner: Runner, downloads: Downloads, asking: Asking, *, workers: int) -> Handlers:
    """The handlers; scheduled runs take turns, ``workers`` PDFs are prepared at once."""
    table = Handlers("fetcher")

    @table.on(FetchRequested)
    async def on_fetch_requested(event: FetchRequested) -> None:
        await runner.handle(event)

    @table.on(FetchAsked, workers=ASKED_AT_ONCE)
    async def on_fetch_asked(event: FetchAsked) -> None:
        async def run() -> None:
            await runner.handle(event, asking.ahead)
            if event.feed:
                await landed(current(), asking.read)

        await asking.work.followed(event.job, run)

    @table.on(PaperAnnounced, workers=workers)
    async def on_paper_announced(event: PaperAnnounced) -> PaperFetched | Done:
        fetched = await asking.work.unless_cancelled(event.job, lambda: downloads.fetch(event))
        return fetched or Done(detail={"job": event.job}, notes=("cancelled with its job",))

    return table
