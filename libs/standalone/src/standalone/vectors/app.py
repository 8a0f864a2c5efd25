"""The ASGI application: authorisation, routes and errors around the handlers."""

import hmac

from standalone.vectors import collection_routes, point_routes
from standalone.vectors.errors import RequestError, not_found
from standalone.vectors.http import (
    Receive,
    Request,
    Scope,
    Send,
    Text,
    answer,
    answer_error,
    answer_json,
    read_body,
)
from standalone.vectors.routing import find_handler
from standalone.vectors.store import Store

# The client warns when the server is more than one minor version away from its own.
VERSION = "1.20.0"
_ABOUT = {"title": "qdrant - vector search engine", "version": VERSION, "engine": "qdrant-edge"}
_OPEN = {
    "healthz": "healthz check passed",
    "readyz": "all shards are ready",
    "livez": "healthz check passed",
}


class App:
    """Answers Qdrant's REST API from a store."""

    def __init__(self, store: Store, api_key: str = "") -> None:
        self._store = store
        self._api_key = api_key.encode()
        self._routes = collection_routes.ROUTES | point_routes.ROUTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        try:
            await self._answer(request, receive, send)
        except RequestError as error:
            await answer_error(send, request, error)
        except OSError as error:
            failure = RequestError(f"Service internal error: {error}", status=500)
            await answer_error(send, request, failure)

    async def _answer(self, request: Request, receive: Receive, send: Send) -> None:
        path = request.parts[0] if len(request.parts) == 1 else None
        if path == "" and request.method == "GET":
            return await answer_json(send, _ABOUT)
        if path in _OPEN:
            return await answer(send, request, Text(_OPEN[path]))
        self._authorize(request)
        if path == "metrics":
            return await answer(send, request, Text(self._metrics()))
        handler = find_handler(self._routes, request)
        if handler is None:
            raise not_found(f"{request.method} /{'/'.join(request.parts)}")
        request.body = await read_body(receive)
        return await answer(send, request, await handler(self._store, request))

    def _authorize(self, request: Request) -> None:
        if not self._api_key:
            return
        given = request.header(b"api-key")
        given = given or request.header(b"authorization").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._api_key):
            raise RequestError("Invalid API key or JWT", status=401)

    def _metrics(self) -> str:
        counts = [c.shard.info().points_count for c in self._store.collections.values()]
        return (
            f'app_info{{name="qdrant-edge",version="{VERSION}"}} 1\n'
            f"collections_total {len(counts)}\ncollections_vector_total {sum(counts)}\n"
        )
