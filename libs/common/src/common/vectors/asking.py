"""How a query travels: the client's own way, or straight over HTTP.

Qdrant's client spends 3 ms on checking an answer of ten papers, more than the search itself
(measured at 20,000 papers: 6.2 ms against 3.4 ms). The straight way sends the same request and
decodes the answer once, into our structs.
"""

from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import httpcore
import httpx
import msgspec
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from common.errors import Unavailable
from common.vectors.points import PaperPoint, PassagePoint
from common.vectors.translated import translated

FAILURES = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)
OK = 200

P = TypeVar("P", PaperPoint, PassagePoint)


class Scored(NamedTuple, Generic[P]):
    """A point found: its payload and how well it answers."""

    payload: P
    score: float


class Ask(Protocol):
    """Asks one question of a collection; raises Unavailable, Terminal."""

    async def __call__(
        self, collection: str, request: models.QueryRequest, kind: type[P]
    ) -> list[Scored[P]]:
        """The best points, the best first, their payloads as ``kind``."""

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

    async def close(self) -> None:
        """The client belongs to whoever gave it."""


class ByHttp:
    """Straight to Qdrant's REST API."""

    def __init__(self, url: str, api_key: str, timeout_s: float) -> None:
        self._closed = False
        self._url = url.rstrip("/")
        self._headers = [("Content-Type", "application/json")]
        if api_key:
            self._headers.append(("api-key", api_key))
        limits = ("connect", "read", "write", "pool")
        self._extensions = {"timeout": dict.fromkeys(limits, timeout_s)}
        self._pool = httpcore.AsyncConnectionPool(max_keepalive_connections=16, retries=1)
        self._decoders: dict[type[Any], msgspec.json.Decoder[Any]] = {
            PaperPoint: msgspec.json.Decoder(_Answer[PaperPoint]),
            PassagePoint: msgspec.json.Decoder(_Answer[PassagePoint]),
        }

    async def __call__(
        self, collection: str, request: models.QueryRequest, kind: type[P]
    ) -> list[Scored[P]]:
        """See ``Ask``."""
        if self._closed:
            raise Unavailable("qdrant", "the connection is closed")
        body = request.model_copy(update={"with_payload": True}).model_dump_json(exclude_none=True)
        with translated():
            try:
                answer = await self._pool.request(
                    "POST",
                    f"{self._url}/collections/{collection}/points/query",
                    headers=self._headers,
                    content=body.encode(),
                    extensions=self._extensions,
                )
            except FAILURES as error:
                raise ResponseHandlingException(error) from error
            if answer.status != OK:
                raise UnexpectedResponse(answer.status, "", answer.content, httpx.Headers())
        found = self._decoders[kind].decode(answer.content).result.points
        return [Scored(point.payload, point.score) for point in found]

    async def close(self) -> None:
        """Close the connections."""
        self._closed = True
        await self._pool.aclose()


class _Point(msgspec.Struct, Generic[P]):
    payload: P
    score: float


class _Points(msgspec.Struct, Generic[P]):
    points: list[_Point[P]]


class _Answer(msgspec.Struct, Generic[P]):
    result: _Points[P]
