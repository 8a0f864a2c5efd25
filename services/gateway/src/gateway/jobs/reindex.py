"""Re-indexing: the indexer alone reads, embeds and stores papers anew (see ADR 0004)."""

import msgspec

from common.errors import Terminal
from common.events import PaperFetched
from common.ids import message_id
from common.jobs import Job
from common.ledger import FINAL, Row
from common.retrying import Step
from gateway import timeline
from gateway.jobs.bulk import Awaited
from gateway.ports import Stores

FETCHED, INDEXED = "fetcher", "indexer"


class Reindexing:
    """An ``Errand``."""

    stage = "re-indexing"
    row = INDEXED

    def __init__(self, stores: Stores, job: Job) -> None:
        self._retries, self._job = stores.retries, job.id

    async def ask(self, paper: str, rows: dict[str, Row]) -> Awaited | None:
        """As ``Errand.ask``."""
        step = step_for(self._job, paper, rows)
        if step is None:
            return None
        asked = await self._retries.retry(step)
        return Awaited(paper, step.event.version, asked.epoch)


def step_for(job: str, paper: str, rows: dict[str, Row]) -> Step | None:
    """What to ask of the indexer; None when there is nothing to do.

    A paper that is still on its way is indexed by itself, and one this job has had done already
    is known by the cause on its row. Raises Terminal when nothing is there to be indexed.
    """
    source, own = rows.get(FETCHED), rows.get(INDEXED)
    if source is None or source.state in ("dead", "cancelled"):
        raise Terminal("it was not fetched, so there is nothing to index", reason="not_fetched")
    if own is None or own.state not in FINAL or own.version != source.version:
        return None
    event_id = message_id("job", job, paper, str(own.version))
    if own.cause == event_id:
        return None
    fetched = timeline.fact_of(source, PaperFetched)
    if fetched is None:
        raise Terminal("it is being fetched again just now", reason="not_fetched")
    return Step(INDEXED, msgspec.structs.replace(fetched, job=job), named=event_id)
