"""How a request travels: here the client's own way; ``straight`` has the one over plain HTTP."""

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec
from qdrant_client import AsyncQdrantClient, models

from common.bm25 import Sparse
from common.embed.embedder import Vectors as Dense
from common.vectors.collections import DENSE, SPARSE
from common.vectors.points import PaperPoint, PassagePoint
from common.vectors.stored import Stored, Whole
from common.vectors.translated import translated

P = TypeVar("P", PaperPoint, PassagePoint)


class Scored(NamedTuple, Generic[P]):
    """A point found: its payload and how well it answers."""

    payload: P
    score: float


class Put(NamedTuple):
    """A point to store; ``dense`` is one row."""

    id: str
    dense: Dense
    sparse: Sparse
    payload: PaperPoint | PassagePoint


class Dated(msgspec.Struct, frozen=True):
    """The little that orders papers without reading all of them."""

    announced_ms: int = 0


class Candidate(msgspec.Struct, frozen=True):
    """A point that a list puts forward."""

    id: str | int
    score: float
    payload: Dated | None = None


DATED = ["announced_ms"]
STRONG = models.WriteOrdering.STRONG


class Ask(Protocol):
    """Asks questions of a collection; raises Unavailable, Terminal."""

    async def __call__(
        self, collection: str, request: models.QueryRequest, kind: type[P]
    ) -> list[Scored[P]]:
        """The best points, the best first, their payloads as ``kind``."""

    async def lists(
        self, collection: str, requests: Sequence[models.QueryRequest]
    ) -> list[list[Candidate]]:
        """Several questions in one request; every list has its best first."""

    async def these(self, collection: str, ids: Sequence[str], kind: type[P]) -> dict[str, P]:
        """The payloads of those points that are there, by id."""

    async def scroll(self, collection: str, request: models.ScrollRequest) -> list[PaperPoint]:
        """The payloads of papers in the order asked for."""

    async def stored(self, collection: str, ids: Sequence[str]) -> dict[str, Stored]:
        """Those of the papers that are there with their vectors, by id."""

    async def sample(self, collection: str, request: models.QueryRequest) -> list[Stored]:
        """The papers that a question finds, with their vectors and the payload it names."""

    async def put(self, collection: str, points: Sequence[Put], only: models.Filter) -> None:
        """Store points, each where none is or where the one there meets ``only``."""

    async def count(self, collection: str, only: models.Filter | None) -> int:
        """How many points there are, exactly."""

    async def facet(self, collection: str, request: models.FacetRequest) -> dict[str, int]:
        """How many points have each value of a field, the most frequent first."""

    async def close(self) -> None:
        """Let go of connections."""


class ByClient:
    """Through Qdrant's client, which may be one in memory."""

    def __init__(self, client: AsyncQdrantClient) -> None:
        self._client = client

    async def __call__(
        self, collection: str, request: models.QueryRequest, kind: type[P]
    ) -> list[Scored[P]]:
        """See ``Ask``."""
        with translated():
            answer = await self._client.query_points(
                collection,
                prefetch=request.prefetch,
                query=request.query,
                using=request.using,
                query_filter=request.filter,
                limit=request.limit or 10,
                offset=request.offset,
                with_payload=request.with_payload or True,
            )
        return [Scored(msgspec.convert(p.payload or {}, kind), p.score) for p in answer.points]

    async def lists(
        self, collection: str, requests: Sequence[models.QueryRequest]
    ) -> list[list[Candidate]]:
        """See ``Ask``."""
        exact = [request.model_copy(update={"params": None}) for request in requests]
        with translated():  # one in memory looks at everything, and warns of any other wish
            answers = await self._client.query_batch_points(collection, exact)
        return [
            [
                Candidate(str(p.id), p.score, msgspec.convert(p.payload or {}, Dated))
                for p in answer.points
            ]
            for answer in answers
        ]

    async def these(self, collection: str, ids: Sequence[str], kind: type[P]) -> dict[str, P]:
        """See ``Ask``."""
        with translated():
            records = await self._client.retrieve(collection, list(ids))
        return {str(record.id): msgspec.convert(record.payload or {}, kind) for record in records}

    async def scroll(self, collection: str, request: models.ScrollRequest) -> list[PaperPoint]:
        """See ``Ask``."""
        with translated():
            records, _ = await self._client.scroll(
                collection, request.filter, limit=request.limit or 10, order_by=request.order_by
            )
        return [msgspec.convert(record.payload or {}, PaperPoint) for record in records]

    async def stored(self, collection: str, ids: Sequence[str]) -> dict[str, Stored]:
        """See ``Ask``."""
        with translated():
            records = await self._client.retrieve(collection, list(ids), with_vectors=True)
        return {str(record.id): _stored(record) for record in records}

    async def sample(self, collection: str, request: models.QueryRequest) -> list[Stored]:
        """See ``Ask``."""
        with translated():
            answer = await self._client.query_points(
                collection,
                query=request.query,
                limit=request.limit or 10,
                with_payload=request.with_payload or True,
                with_vectors=True,
            )
        return [_stored(point) for point in answer.points]

    async def put(self, collection: str, points: Sequence[Put], only: models.Filter) -> None:
        """See ``Ask``."""
        made = [_point(one) for one in points]
        with translated():
            await self._client.upsert(
                collection, made, wait=True, ordering=STRONG, update_filter=only
            )

    async def count(self, collection: str, only: models.Filter | None) -> int:
        """See ``Ask``."""
        with translated():
            answer = await self._client.count(collection, only, exact=True)
        return answer.count

    async def facet(self, collection: str, request: models.FacetRequest) -> dict[str, int]:
        """See ``Ask``."""
        with translated():
            answer = await self._client.facet(
                collection,
                request.key,
                request.filter,
                limit=request.limit or 10,
                exact=request.exact or False,
            )
        return {str(hit.value): hit.count for hit in answer.hits}

    async def close(self) -> None:
        """The client belongs to whoever gave it."""


def _stored(record: models.Record | models.ScoredPoint) -> Stored:
    return msgspec.convert(record.model_dump(include={"id", "payload", "vector"}), Whole).stored()


def _point(one: Put) -> models.PointStruct:
    words = models.SparseVector(indices=one.sparse.indices, values=one.sparse.values)
    vectors: dict[str, Any] = {DENSE: one.dense.tolist(), SPARSE: words}
    return models.PointStruct(id=one.id, vector=vectors, payload=msgspec.to_builtins(one.payload))
