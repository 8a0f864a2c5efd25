"""The middleware that asks for the key on every route that is not marked public."""

import time
from collections.abc import Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Receive, Scope, Send

from gateway.failures import Unknown
from gateway.gate import COOKIE, Gate

PUBLIC = "public"
"""Key of ``opt`` that lets a route be used without a key (rule L1: never a path pattern)."""
SCRAPED = "scraped"
"""Key of ``opt`` of what METRICS_KEY opens too."""


def guarded(gate: Gate, clock: Callable[[], float] = time.time) -> Callable[[ASGIApp], ASGIApp]:
    """Middleware that raises Unknown for who has neither key nor session."""

    def wrap(app: ASGIApp) -> ASGIApp:
        async def check(scope: Scope, receive: Receive, send: Send) -> None:
            opt = scope["route_handler"].opt
            if not opt.get(PUBLIC):
                admits = gate.admits_scraper if opt.get(SCRAPED) else gate.admits
                connection = ASGIConnection[Any, Any, Any, Any](scope)
                cookie = connection.cookies.get(COOKIE, "")
                if not admits(connection.headers, cookie, clock()):
                    raise Unknown("Sign in, or send the key as `Authorization: Bearer …`.")
            await app(scope, receive, send)

        return check

    return wrap
