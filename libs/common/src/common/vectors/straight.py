"""Queries sent straight to Qdrant's REST API.

Qdrant's client spends 3 ms on checking an answer of ten papers, more than the search itself
(measured at 20,000 papers: 6.2 ms against 3.4 ms). The straight way sends the same request and
decodes the answer once, into our structs.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import httpcore
import httpx
import msgspec
from pydantic import BaseModel
from qdrant_client import models
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from common.errors import Unavailable
from common.vectors.asking import Candidate, Scored
from common.vectors.points import PaperPoint, PassagePoint
from common.vectors.translated import translated

FAILURES = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)
OK = 200

P = TypeVar("P", PaperPoint, PassagePoint)


class _Point(msgspec.Struct, Generic[P]):
    payload: P
    score: float


class _Points(msgspec.Struct, Generic[P]):
    points: list[_Point[P]]


class _Answer(msgspec.Struct, Generic[P]):
    result: _Points[P]


class _List(msgspec.Struct):
    points: list[Candidate]


class _Lists(msgspec.Struct):
    result: list[_List]


class _Record(msgspec.Struct, Generic[P]):
    id: str | int
    payload: P


class _Records(msgspec.Struct, Generic[P]):
    result: list[_Record[P]]


class _Count(msgspec.Struct):
    count: int


class _Counted(msgspec.Struct):
    result: _Count


class _Hit(msgspec.Struct):
    value: str | int | bool
    count: int


class _Hits(msgspec.Struct):
    hits: list[_Hit]


class _Facet(msgspec.Struct):
    result: _Hits


_LISTS = msgspec.json.Decoder(_Lists)
_COUNT = msgspec.json.Decoder(_Counted)
_FACET = msgspec.json.Decoder(_Facet)


class ByHttp:
    """Meets ``asking.Ask``."""

    def __init__(self, url: str, api_key: str, timeout_s: float) -> None:
        self._closed = False
        self._url = url.rstrip("/")
        self._headers = [("Content-Type", "application/json")]
        if api_key:
            self._headers.append(("api-key", api_key))
        limits = ("connect", "read", "write", "pool")
        self._extensions = {"timeout": dict.fromkeys(limits, timeout_s)}
        self._pool = httpcore.AsyncConnectionPool(max_keepalive_connections=16, retries=1)
        self._found: dict[type[Any], msgspec.json.Decoder[Any]] = {
            PaperPoint: msgspec.json.Decoder(_Answer[PaperPoint]),
            PassagePoint: msgspec.json.Decoder(_Answer[PassagePoint]),
        }
        self._records: dict[type[Any], msgspec.json.Decoder[Any]] = {
            PaperPoint: msgspec.json.Decoder(_Records[PaperPoint]),
            PassagePoint: msgspec.json.Decoder(_Records[PassagePoint]),
        }

    async def __call__(
        self, collection: str, request: models.QueryRequest, kind: type[P]
    ) -> list[Scored[P]]:
        """See ``Ask``."""
        whole = request.model_copy(update={"with_payload": True})
        answer = await self._post(f"{collection}/points/query", _json(whole))
        found = self._found[kind].decode(answer).result.points
        return [Scored(point.payload, point.score) for point in found]

    async def lists(
        self, collection: str, requests: Sequence[models.QueryRequest]
    ) -> list[list[Candidate]]:
        """See ``Ask``."""
        body = b'{"searches":[%s]}' % b",".join(_json(request) for request in requests)
        answer = await self._post(f"{collection}/points/query/batch", body)
        return [one.points for one in _LISTS.decode(answer).result]

    async def these(self, collection: str, ids: Sequence[str], kind: type[P]) -> dict[str, P]:
        """See ``Ask``."""
        body = msgspec.json.encode({"ids": ids, "with_payload": True, "with_vector": False})
        answer = await self._post(f"{collection}/points", body)
        return {str(one.id): one.payload for one in self._records[kind].decode(answer).result}

    async def count(self, collection: str, only: models.Filter | None) -> int:
        """See ``Ask``."""
        asked = models.CountRequest(filter=only, exact=True)
        return _COUNT.decode(
            await self._post(f"{collection}/points/count", _json(asked))
        ).result.count

    async def facet(self, collection: str, request: models.FacetRequest) -> dict[str, int]:
        """See ``Ask``."""
        answer = await self._post(f"{collection}/facet", _json(request))
        return {str(hit.value): hit.count for hit in _FACET.decode(answer).result.hits}

    async def _post(self, path: str, body: bytes) -> bytes:
        if self._closed:
            raise Unavailable("qdrant", "the connection is closed")
        with translated():
            try:
                answer = await self._pool.request(
                    "POST",
                    f"{self._url}/collections/{path}",
                    headers=self._headers,
                    content=body,
                    extensions=self._extensions,
                )
            except FAILURES as error:
                raise ResponseHandlingException(error) from error
            if answer.status != OK:
                raise UnexpectedResponse(answer.status, "", answer.content, httpx.Headers())
        return answer.content

    async def close(self) -> None:
        """Close the connections."""
        self._closed = True
        await self._pool.aclose()


def _json(request: BaseModel) -> bytes:
    return request.model_dump_json(exclude_none=True).encode()
