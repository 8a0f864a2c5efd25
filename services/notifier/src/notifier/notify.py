"""Which watches a paper fits, and telling each of them, none held up by another."""

import asyncio

from common.events import PaperEmbedded, PaperFetched
from common.handlers import Done
from common.ledger import result_as
from common.watches import Moment
from common.watches.fitting import Fit, fitting, is_new
from notifier.ports import Rows
from notifier.teller import Teller
from notifier.telling import Known
from notifier.watchlist import Watchlist

FETCHED = "fetcher"
AT_ONCE = 8
STATES = ("sent", "waiting", "gathered", "failed", "unknown", "seen")


class Notifier:
    """Matches papers as they arrive."""

    def __init__(self, watchlist: Watchlist, teller: Teller, rows: Rows) -> None:
        self._watchlist = watchlist
        self._teller = teller
        self._rows = rows
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def notify(self, event: Known) -> Done:
        """Tell everybody whose watch fits; raises only when the bus fails, after all were tried."""
        moment: Moment = "embedded" if isinstance(event, PaperEmbedded) else "summary"
        watches = await self._watchlist.at(event.at)
        fits = [fit for fit in fitting(watches, event, moment) if fit.verdict.fits]
        arrived = await self._arrived(event) if fits else ""
        fits = [fit for fit in fits if is_new(fit.watch, arrived)]
        states = await asyncio.gather(
            *(self._tell(fit, event) for fit in fits), return_exceptions=True
        )
        for state in states:
            if isinstance(state, BaseException):
                raise state
        return done(fits, [str(state) for state in states])

    async def _tell(self, fit: Fit, event: Known) -> str:
        async with self._gate:
            return await self._teller.tell(fit.watch, event, fit.verdict)

    async def _arrived(self, event: Known) -> str:
        """When the paper came; a redo is stated later, but the paper is no newer for it."""
        if event.epoch == 0:
            return event.at
        entry = await self._rows.read(event.paper, FETCHED)
        if entry is None or entry.row.version != event.version:
            return event.at
        fetched = result_as(entry, PaperFetched) if entry.row.state == "done" else None
        return (fetched.announced_at if fetched else "") or entry.row.at


def done(fits: list[Fit], states: list[str]) -> Done:
    """What the ledger keeps."""
    detail = {
        "matched": len(fits),
        **{state: states.count(state) for state in STATES},
        "watches": [
            {"watch": fit.watch.id, "score": fit.verdict.score, "state": state}
            for fit, state in zip(fits, states, strict=True)
        ],
    }
    notes = tuple(
        f"watch {fit.watch.name}: {state}"
        for fit, state in zip(fits, states, strict=True)
        if state not in ("sent", "gathered", "seen")
    )
    return Done(detail=detail, notes=notes)
