"""Finding the handler of a request."""

from collections.abc import Awaitable, Callable
from typing import Any

from standalone.vectors.http import Request
from standalone.vectors.store import Store

Handler = Callable[[Store, Request], Awaitable[Any]]
Routes = dict[tuple[str, str], Handler]
"""Handlers by method and path; `*` stands for the name of a collection, or for a last part."""


def find_handler(routes: Routes, request: Request) -> Handler | None:
    """The handler of a request, or None."""
    parts, method = request.parts, request.method
    exact = routes.get((method, "/".join(parts)))
    if exact is not None or len(parts) < 2 or parts[0] != "collections":
        return exact
    path = ["collections", "*", *parts[2:]]
    handler = routes.get((method, "/".join(path)))
    if handler is None and len(path) > 2:
        handler = routes.get((method, "/".join([*path[:-1], "*"])))
    return handler
