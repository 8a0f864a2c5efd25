"""How a query travels: here the client's own way; ``straight`` has the one over plain HTTP."""

from collections.abc import Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

import msgspec
from qdrant_client import AsyncQdrantClient, models

from common.vectors.points import PaperPoint, PassagePoint
from common.vectors.translated import translated

P = TypeVar("P", PaperPoint, PassagePoint)


class Scored(NamedTuple, Generic[P]):
    """A point found: its payload and how well it answers."""

    payload: P
    score: float


class Dated(msgspec.Struct, frozen=True):
    """The little that orders papers without reading all of them."""

    announced_ms: int = 0


class Candidate(msgspec.Struct, frozen=True):
    """A point that a list puts forward."""

    id: str | int
    score: float
    payload: Dated | None = None


DATED = ["announced_ms"]


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
