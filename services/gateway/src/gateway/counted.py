"""Counts and times every request by its route template, around all else."""

import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from gateway.metrics import DURATION, REQUESTS, STREAMS

METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
UNMATCHED = "unmatched"
LIVE = b"text/event-stream"


class Counted:
    """Wraps an application; labels come from fixed sets, whatever is asked."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        asked: str = scope["method"]
        method = asked if asked in METHODS else "OTHER"
        started_s = time.perf_counter()
        seen = _Seen()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.start(message)
                REQUESTS.labels(method, _route(scope), str(seen.status)).inc()
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            if seen.live:
                STREAMS.dec()
            elif seen.status:
                DURATION.labels(method, _route(scope)).observe(time.perf_counter() - started_s)


class _Seen:
    """What is known of an answer."""

    def __init__(self) -> None:
        self.status = 0
        self.live = False

    def start(self, message: Message) -> None:
        self.status = message["status"]  # type: ignore[typeddict-item]  # of the start alone
        headers = dict(message["headers"])  # type: ignore[typeddict-item]
        self.live = bytes(headers.get(b"content-type", b"")).startswith(LIVE)
        if self.live:
            STREAMS.inc()


def _route(scope: Scope) -> str:
    """The template, once the router has found one."""
    return str(scope.get("path_template") or UNMATCHED)
