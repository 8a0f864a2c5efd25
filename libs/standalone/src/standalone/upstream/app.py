"""The ASGI application: counts a request, answers it, and sends the answer well or badly."""

import math
import time
from urllib.parse import parse_qsl

from standalone.upstream.asgi import (
    Answer,
    BodyTooLargeError,
    DisconnectedError,
    Message,
    Receive,
    Scope,
    Send,
    header,
    json_answer,
    query_pairs,
    read_body,
    send_answer,
)
from standalone.upstream.control import Control
from standalone.upstream.faults import Fault, Script
from standalone.upstream.misbehave import altered, misbehave
from standalone.upstream.site import Asking, Site, kind_of
from standalone.upstream.statistics import Statistics


class Upstream:
    """The whole upstream as one ASGI application.

    `pace_s`: a request that comes sooner than this after the one before gets a 429; 0 is never.
    """

    def __init__(self, site: Site, script: Script, *, pace_s: float = 0.0) -> None:
        self._site = site
        self._script = script
        self._pace_s = pace_s
        self._statistics = Statistics()
        self._control = Control(site.store, script, self._statistics)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        try:
            body = await read_body(receive)
        except DisconnectedError:
            return
        except BodyTooLargeError:
            await send_answer(send, json_answer({"error": "the body is too large"}, 413))
            return
        if kind_of(scope["path"]) == "control":
            answer = self._control.answer(scope["method"], scope["path"], body)
            await send_answer(send, answer)
        else:
            await self._counted(scope, body, receive=receive, send=send)

    async def _counted(self, scope: Scope, body: bytes, *, receive: Receive, send: Send) -> None:
        query = scope["query_string"].decode("latin-1")
        target = f"{scope['path']}?{query}" if query else scope["path"]
        gap = self._statistics.begin(kind_of(scope["path"]), target, time.monotonic())
        self._statistics.saw(header(scope, b"user-agent"), scope.get("client"))
        status: int | None = None

        async def watched(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            fault = self._hurried(gap) or self._script.take(target)
            answer = self._answer(scope, body, fault)
            if fault is None:
                await send_answer(watched, answer, head=scope["method"] == "HEAD")
            else:
                await misbehave(answer, fault, scope=scope, receive=receive, send=watched)
        finally:
            self._statistics.end(status)

    def _hurried(self, gap: float | None) -> Fault | None:
        if gap is None or gap >= self._pace_s:
            return None
        wait = math.ceil(self._pace_s)
        return Fault(match="", kind="status", status=429, retry_after_s=wait)

    def _answer(self, scope: Scope, body: bytes, fault: Fault | None) -> Answer:
        if scope["method"] not in {"GET", "HEAD", "POST"}:
            return json_answer({"error": "use GET or POST"}, 405)
        pairs = query_pairs(scope)
        if scope["method"] == "POST":
            pairs += parse_qsl(body.decode("latin-1"), keep_blank_values=True)
        host = header(scope, b"host") or "localhost"
        asking = Asking(
            path=scope["path"],
            pairs=pairs,
            root=f"http://{host}",
            now=time.time(),
            tokens_lapsed=fault is not None and fault.kind == "expire_token",
        )
        answer = self._site.answer(asking)
        return answer if fault is None else altered(answer, fault)
