"""Which facts the notifier works on."""

from common.events import PaperEmbedded, SummaryReady
from common.handlers import Done, Handlers
from notifier.notify import Notifier


def wire(notifier: Notifier, *, workers: int) -> Handlers:
    """The handlers of the notifier."""
    handlers = Handlers("notifier")

    @handlers.on(PaperEmbedded, workers=workers)
    async def on_paper_embedded(event: PaperEmbedded) -> Done:
        return await notifier.notify(event)

    @handlers.on(SummaryReady, workers=workers)
    async def on_summary_ready(event: SummaryReady) -> Done:
        return await notifier.notify(event)

    return handlers
