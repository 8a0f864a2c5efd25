"""Summaries, each asked of the summarizer by a request of its own."""

from common.errors import UNREADABLE
from common.events import SummaryReady, SummaryRequested
from common.ids import message_id
from common.jobs import Job
from common.ledger import FINAL, Row
from gateway import timeline
from gateway.jobs.bulk import Awaited
from gateway.jobs.params import SummariesParams, parsed
from gateway.ports import Stores

EMBEDDED, SUMMARISED = "indexer", "summarizer"


class Summaries:
    """An ``Errand``."""

    stage = "summarising"
    row = SUMMARISED

    def __init__(self, stores: Stores, job: Job) -> None:
        self._bus, self._job = stores.bus, job.id
        self._params = parsed(job.params, SummariesParams)

    async def ask(self, paper: str, rows: dict[str, Row]) -> Awaited | None:
        """As ``Errand.ask``."""
        request = request_for(self._job, paper, rows, self._params)
        if request is None:
            return None
        await self._bus.request(request)
        return Awaited(paper, request.version, request.epoch)


def request_for(
    job: str, paper: str, rows: dict[str, Row], params: SummariesParams
) -> SummaryRequested | None:
    """What to ask of the summarizer; None when there is nothing to do.

    A paper that is still on its way gets its summary by itself, and one this job has had done
    already is known by the cause on its row.
    """
    embedded, row = rows.get(EMBEDDED), rows.get(SUMMARISED)
    if embedded is None or row is None or row.state not in FINAL:
        return None
    if embedded.state != "done" or embedded.version != row.version:
        return None
    event_id = message_id("job", job, paper, str(row.version))
    if row.cause == event_id or (not params.redo and _has(row, params.model)):
        return None
    return SummaryRequested(
        event_id=event_id,
        paper=paper,
        version=row.version,
        epoch=row.epoch + 1,
        model=params.model,
        job=job,
    )


def _has(row: Row, model: str) -> bool:
    if row.state != "done":
        return False
    try:
        ready = timeline.fact_of(row, SummaryReady)
    except UNREADABLE:
        return False
    return ready is not None and model in ("", ready.model)
