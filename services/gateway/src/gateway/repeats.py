"""Answers a question that was answered already from memory, before anything else is worked out.

Only lists that follow from the index and the question alone are kept; the question is the path and
the query string. Nothing personal is: whatever looks at a person's library goes to the application.
"""

import re
import time
from collections.abc import Callable, Hashable
from typing import Any
from urllib.parse import parse_qsl

from litestar.connection import ASGIConnection
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from gateway.answers import has_tag
from gateway.cards import API
from gateway.gate import COOKIE, Gate
from gateway.kept import Answer, Headers, Kept, Limits
from gateway.metrics import ANSWERS
from gateway.wiring import FILTERS, PAGED

LISTS = re.compile(rf"{API}/(search|search/facets|papers|passages|papers/[^/]+/similar)/?")
KNOWN = frozenset((*FILTERS, *PAGED, "q", "mode", "ids", "sort", "plain", "explain"))
"""Parameters whose meaning is the same for everyone; a new one is not kept until it is here."""
PASSING = frozenset(("blend",))
"""Orders that depend on the time of day."""
PERSONAL = re.compile(r"tag\s*:", re.IGNORECASE)
"""In the words of a query: what a person said of papers."""

_REPEATED, _WORKED_OUT, _NOT_KEPT = (
    ANSWERS.labels(outcome) for outcome in ("repeated", "worked_out", "not_kept")
)
_OF_304 = (b"etag", b"cache-control")


class Repeats:
    """Wraps the application; the host was checked before."""

    def __init__(
        self,
        app: ASGIApp,
        kept: Kept,
        *,
        admitted: Callable[[Scope], bool],
        state: Callable[[], Hashable | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._kept = kept
        self._admitted = admitted
        self._state = state
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope.get("method") != "GET" or not LISTS.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        # What is known before the answer is worked out: a change meanwhile makes it an old one.
        state = self._state()
        question = scope["path"], scope["query_string"].replace(b"%20", b"+")
        known = self._kept.get(question, state, self._clock()) if state is not None else None
        if known is not None and self._admitted(scope):
            _REPEATED.inc()
            await _again(known, scope, send)
            return
        taken = _Taken()
        await self._app(scope, receive, taken.from_(send))
        answer = taken.answer(scope) if state is not None and same_for_all(question[1]) else None
        if answer is None:
            _NOT_KEPT.inc()
            return
        _WORKED_OUT.inc()
        self._kept.put(question, answer, state, self._clock())


def admitted_by(gate: Gate) -> Callable[[Scope], bool]:
    """Whether a request carries the key or a session, as ``access`` asks for it."""

    def admitted(scope: Scope) -> bool:
        connection = ASGIConnection[Any, Any, Any, Any](scope)
        cookie = connection.cookies.get(COOKIE, "")
        return gate.admits(connection.headers, cookie, time.time())

    return (lambda _: True) if gate.open else admitted


def repeating(
    app: ASGIApp, gate: Gate, limits: Limits, state: Callable[[], Hashable | None]
) -> ASGIApp:
    """The application with a memory, or as it is when nothing is to be kept."""
    if not limits.seconds:
        return app
    return Repeats(app, Kept(limits), admitted=admitted_by(gate), state=state)


def same_for_all(query: bytes) -> bool:
    """Whether a query string asks for something that depends on no person and on no moment."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return all(
        name in KNOWN
        and not (name == "q" and PERSONAL.search(value))
        and not (name == "sort" and value in PASSING)
        for name, value in pairs
    )


class _Taken:
    """What goes out, looked at as it goes."""

    def __init__(self) -> None:
        self._headers: Headers | None = None
        self._body: bytes | None = None

    def from_(self, send: Send) -> Send:
        """The same, noting what is sent."""

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                if message["status"] == HTTP_200_OK:
                    self._headers = tuple(message["headers"])
            elif message["type"] == "http.response.body":
                whole = self._body is None and not message.get("more_body")
                self._body = message["body"] if whole else b""
            await send(message)

        return noting

    def answer(self, scope: Scope) -> Answer | None:
        """What can be sent again: a whole answer with its tag, that set no cookie."""
        named = dict(self._headers or ())
        etag = named.get(b"etag")
        if not self._body or etag is None or b"set-cookie" in named:
            return None
        return Answer(self._body, self._headers or (), etag, str(scope.get("path_template", "")))


async def _again(known: Answer, scope: Scope, send: Send) -> None:
    scope["path_template"] = known.route
    given = next((value for name, value in scope["headers"] if name == b"if-none-match"), b"")
    if given and has_tag(given.decode("latin-1"), known.etag.decode()):
        status, body = HTTP_304_NOT_MODIFIED, b""
        headers = [pair for pair in known.headers if pair[0] in _OF_304]
    else:
        status, body, headers = HTTP_200_OK, known.body, list(known.headers)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
