"""Re-indexing, each paper asked of the indexer by a request of its own (see ADR 0007)."""

import msgspec

from common.errors import Terminal
from common.events import IndexRequested, PaperFetched
from common.ids import message_id
from common.jobs import Job
from common.ledger import FINAL, Row
from gateway import timeline
from gateway.jobs.bulk import Awaited
from gateway.ports import Stores

FETCHED, INDEXED = "fetcher", "indexer"


class Reindexing:
    """An ``Errand``."""

    stage = "re-indexing"
    row = INDEXED

    def __init__(self, stores: Stores, job: Job) -> None:
        self._bus, self._job = stores.bus, job.id

    async def ask(self, paper: str, rows: dict[str, Row]) -> Awaited | None:
        """As ``Errand.ask``."""
        request = request_for(self._job, rows)
        if request is None:
            return None
        await self._bus.request(request)
        return Awaited(paper, request.version, request.epoch)


def request_for(job: str, rows: dict[str, Row]) -> IndexRequested | None:
    """What to ask of the indexer; None when there is nothing to do.

    A paper that is still on its way is indexed by itself, and one this job has had done already
    is known by the cause on its row. Raises Terminal when nothing is there to be indexed.
    """
    source, own = rows.get(FETCHED), rows.get(INDEXED)
    if source is None or source.state in ("dead", "cancelled"):
        raise Terminal("it was not fetched, so there is nothing to index", reason="not_fetched")
    if own is None or own.state not in FINAL or own.version != source.version:
        return None
    event_id = message_id("job", job, own.paper, str(own.version))
    if own.cause == event_id:
        return None
    fetched = timeline.fact_of(source, PaperFetched)
    if fetched is None:
        raise Terminal("it is being fetched again just now", reason="not_fetched")
    epoch = max(fetched.epoch, own.epoch + 1)
    asked = {**msgspec.structs.asdict(fetched), "event_id": event_id, "epoch": epoch}
    return IndexRequested(**asked, job=job)
