"""Ledger, objects, index and bus as a reconciliation sees them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from nats.errors import Error as NatsError

from common import survey
from common.errors import Unavailable
from common.ledger import Entry
from common.objects import Objects
from common.pacing import Ended, Paced, each
from common.retrying import Retrying, Step
from common.runtime import Runtime
from common.settings import VectorsSettings
from common.vectors import adapter, spaces
from common.vectors.inventory import Held, inventory
from indexer.reconcile.papers import Paper
from indexer.reconcile.stuck import CHAIN, Durable

PREFIXES = ("pdf/", "text/", "summary/")
IN_FLIGHT = 8
PATIENCE_S = 120.0


class RealWorld:
    """Over the service's own connection to the bus."""

    def __init__(self, runtime: Runtime, objects: Objects, vectors: adapter.Vectors) -> None:
        self._runtime = runtime
        self._objects = objects
        self._vectors = vectors

    async def ensure(self) -> None:
        """See ``World``."""
        await self._vectors.ensure()

    def revisions(self) -> AsyncIterator[Entry]:
        """See ``World``."""
        return survey.revisions(self._runtime.js)

    async def rows(self, paper: str) -> list[Entry]:
        """See ``World``."""
        return await self._runtime.ledger.timeline(paper)

    async def all_held(self) -> dict[str, Held]:
        """See ``World``."""
        there = self._vectors
        return await inventory(there.client, there.model, there.dim)

    async def held(self, paper: str) -> Held | None:
        """See ``World``."""
        there = self._vectors
        return (await inventory(there.client, there.model, there.dim, paper=paper)).get(paper)

    async def sizes(self) -> dict[str, int]:
        """See ``World``."""
        found: dict[str, int] = {}
        for prefix in PREFIXES:
            found |= await self._objects.sizes(prefix)
        return found

    async def sizes_of(self, paper: Paper) -> dict[str, int]:
        """See ``World``."""
        refs = [
            paper.fetched and paper.fetched.pdf,
            paper.embedded and paper.embedded.text,
            paper.summarized and paper.summarized.summary,
        ]
        found: dict[str, int] = {}
        for ref in refs:
            found |= await self._objects.sizes(ref.key) if ref else {}
        return found

    async def durables(self) -> dict[str, Durable]:
        """See ``World``."""
        found: dict[str, Durable] = {}
        for consumer in CHAIN:
            try:
                info = await self._runtime.js.consumer_info(consumer.stream, consumer.durable)
            except (NatsError, TimeoutError) as error:
                raise Unavailable("nats", f"{consumer.durable}: {error!r}") from error
            floor = info.ack_floor.stream_seq if info.ack_floor else 0
            outstanding = (info.num_pending or 0) + (info.num_ack_pending or 0)
            found[consumer.durable] = Durable(floor, outstanding)
        return found

    def retry(self, steps: Iterable[Step]) -> AsyncIterator[Ended]:
        """See ``World``."""
        retrying = Retrying(self._runtime.js, self._runtime.ledger, why="reconcile")
        paced = Paced(self._runtime.js, retrying, in_flight=IN_FLIGHT, patience_s=PATIENCE_S)
        return paced.run(each(steps))

    async def delete(self, paper: str) -> None:
        """See ``World``."""
        await self._vectors.delete_paper(paper)


@asynccontextmanager
async def serving(runtime: Runtime, settings: VectorsSettings) -> AsyncIterator[adapter.Vectors]:
    """The index that answers the searches; raises Unavailable while there is none."""
    kept = (await spaces.known(runtime.kv)).spaces
    if kept is None:
        raise Unavailable("qdrant", "there is no index yet; the indexer makes it")
    vectors = adapter.connect(settings, kept.serving.model, kept.serving.dim)
    try:
        yield vectors
    finally:
        await vectors.close()
