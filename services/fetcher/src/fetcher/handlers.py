"""What the fetcher does with which message."""

from common.events import FetchRequested, PaperAnnounced, PaperFetched
from common.handlers import Handlers
from fetcher.download import Downloads
from fetcher.runner import Runner


def handlers(runner: Runner, downloads: Downloads, *, workers: int) -> Handlers:
    """The handlers; requests run one after the other, ``workers`` PDFs are prepared at once."""
    table = Handlers("fetcher")

    @table.on(FetchRequested)
    async def on_fetch_requested(event: FetchRequested) -> None:
        await runner.handle(event)

    @table.on(PaperAnnounced, workers=workers)
    async def on_paper_announced(event: PaperAnnounced) -> PaperFetched:
        return await downloads.fetch(event)

    return table
