"""Which facts the notifier works on."""

from common.events import MailRequested, PaperEmbedded, SummaryReady
from common.handlers import Done, Handlers
from notifier.announcing import Announcing
from notifier.notify import Notifier


def wire(notifier: Notifier, announcing: Announcing, *, workers: int) -> Handlers:
    """The handlers of the notifier."""
    handlers = Handlers("notifier")

    @handlers.on(PaperEmbedded, workers=workers)
    async def on_paper_embedded(event: PaperEmbedded) -> Done:
        return await notifier.notify(event)

    @handlers.on(SummaryReady, workers=workers)
    async def on_summary_ready(event: SummaryReady) -> Done:
        return await notifier.notify(event)

    @handlers.on(MailRequested)
    async def on_mail_requested(event: MailRequested) -> None:
        await announcing.announce(event)

    return handlers
