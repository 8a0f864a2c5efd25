"""Requests sent straight to Qdrant's REST API.

Qdrant's client spends 3 ms on checking an answer of ten papers, more than the search itself
(measured at 20,000 papers: 6.2 ms against 3.4 ms). The straight way sends the same request and
decodes the answer once, into our structs.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import httpcore
import httpx
import msgspec
from pydantic import BaseModel
from qdrant_client import models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from common.errors import Unavailable
from common.vectors import answers
from common.vectors.asking import STRONG, Candidate, Put, Scored
from common.vectors.collections import DENSE, SPARSE
from common.vectors.points import PaperPoint, PassagePoint
from common.vectors.stored import Stored
from common.vectors.translated import translated

FAILURES = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)
OK, BUSY = 200, 429
CONNECTIONS = 32

P = TypeVar("P", PaperPoint, PassagePoint)


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
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, retries=1
        )

    async def __call__(
        self, collection: str, request: models.QueryRequest, kind: type[P]
    ) -> list[Scored[P]]:
        """See ``Ask``."""
        read = request.model_copy(update={"with_payload": request.with_payload or True})
        answer = await self._post(f"{collection}/points/query", _json(read))
        found = answers.FOUND[kind].decode(answer).result.points
        return [Scored(point.payload, point.score) for point in found]

    async def lists(
        self, collection: str, requests: Sequence[models.QueryRequest]
    ) -> list[list[Candidate]]:
        """See ``Ask``."""
        body = b'{"searches":[%s]}' % b",".join(_json(request) for request in requests)
        answer = await self._post(f"{collection}/points/query/batch", body)
        return [one.points for one in answers.LISTS.decode(answer).result]

    async def these(self, collection: str, ids: Sequence[str], kind: type[P]) -> dict[str, P]:
        """See ``Ask``."""
        body = msgspec.json.encode({"ids": ids, "with_payload": True, "with_vector": False})
        answer = await self._post(f"{collection}/points", body)
        return {str(one.id): one.payload for one in answers.RECORDS[kind].decode(answer).result}

    async def scroll(self, collection: str, request: models.ScrollRequest) -> list[PaperPoint]:
        """See ``Ask``."""
        answer = await self._post(f"{collection}/points/scroll", _json(request))
        return [one.payload for one in answers.SCROLLED.decode(answer).result.points]

    async def stored(self, collection: str, ids: Sequence[str]) -> dict[str, Stored]:
        """See ``Ask``."""
        body = msgspec.json.encode({"ids": ids, "with_payload": True, "with_vector": True})
        answer = await self._post(f"{collection}/points", body)
        return {str(one.id): one.stored() for one in answers.WHOLES.decode(answer).result}

    async def sample(self, collection: str, request: models.QueryRequest) -> list[Stored]:
        """See ``Ask``."""
        answer = await self._post(f"{collection}/points/query", _json(request))
        return [one.stored() for one in answers.SAMPLED.decode(answer).result.points]

    async def count(self, collection: str, only: models.Filter | None) -> int:
        """See ``Ask``."""
        asked = models.CountRequest(filter=only, exact=True)
        answer = await self._post(f"{collection}/points/count", _json(asked))
        return answers.COUNT.decode(answer).result.count

    async def facet(self, collection: str, request: models.FacetRequest) -> dict[str, int]:
        """See ``Ask``."""
        answer = await self._post(f"{collection}/facet", _json(request))
        return {str(hit.value): hit.count for hit in answers.FACET.decode(answer).result.hits}

    async def put(self, collection: str, points: Sequence[Put], only: models.Filter) -> None:
        """See ``Ask``."""
        made = {
            "points": [_point(one) for one in points],
            "update_filter": msgspec.Raw(_json(only)),
        }
        path = f"{collection}/points?wait=true&ordering={STRONG.value}"
        await self._send("PUT", path, msgspec.json.encode(made))

    async def _post(self, path: str, body: bytes) -> bytes:
        return await self._send("POST", path, body)

    async def _send(self, method: str, path: str, body: bytes) -> bytes:
        if self._closed:
            raise Unavailable("qdrant", "the connection is closed")
        with translated():
            try:
                answer = await self._pool.request(
                    method,
                    f"{self._url}/collections/{path}",
                    headers=self._headers,
                    content=body,
                    extensions=self._extensions,
                )
            except FAILURES as error:
                raise ResponseHandlingException(error) from error
            if answer.status != OK:
                raise _refusal(answer)
        return answer.content

    async def close(self) -> None:
        """Close the connections."""
        self._closed = True
        await self._pool.aclose()


def _refusal(answer: httpcore.Response) -> Exception:
    headers = httpx.Headers(answer.headers)
    if answer.status == BUSY and headers.get("retry-after", "").isdecimal():
        return ResourceExhaustedResponse("", int(headers["retry-after"]))
    return UnexpectedResponse(answer.status, "", answer.content, headers)


def _point(one: Put) -> dict[str, Any]:
    words = {"indices": one.sparse.indices, "values": one.sparse.values}
    vector = {DENSE: one.dense.tolist(), SPARSE: words}
    return {"id": one.id, "vector": vector, "payload": one.payload}


def _json(request: BaseModel) -> bytes:
    return request.model_dump_json(exclude_none=True).encode()
