"""The scripted model as an ASGI application."""

import asyncio
import hashlib
import time
from typing import Any

import msgspec

from standalone.llm import answers
from standalone.llm.script import Script, Step
from standalone.llm.wire import ASGI, Receive, Send, read_body, send_events, send_json

MODELS = ("scripted", "scripted-embedding")
DIMENSIONS = 64


class Failure(Exception):
    """An error of the protocol."""

    def __init__(
        self, status: int, code: str, message: str, *, param: str | None = None, after: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = {"retry-after": after} if after else {}
        kind = "invalid_request_error" if status < 429 else "server_error"
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


class Call(msgspec.Struct, kw_only=True):
    """One line of the call log; ``prompt`` is the SHA-256 of all said, ``at_s`` monotonic."""

    path: str
    model: str
    prompt: str = ""
    fault: str = "ok"
    status: int = 0
    billed: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    max_tokens: int = 0
    at_s: float = msgspec.field(default_factory=time.monotonic)


class ScriptedLlm:
    """Answers chat, embeddings and models under /v1; /control shows and sets what happens."""

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or Script()
        self.calls: list[Call] = []
        self._count = 0

    async def __call__(self, scope: ASGI, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        body = await read_body(receive)
        route = f"{scope['method']} {scope['path']}"
        try:
            await self._route(route, body, receive, send)
        except Failure as failure:
            if self.calls and not self.calls[-1].status:
                self.calls[-1].status = failure.status
            await send_json(send, failure.body, failure.status, failure.headers)

    async def _route(self, route: str, body: bytes, receive: Receive, send: Send) -> None:
        if route == "POST /v1/chat/completions":
            await self._chat(_decoded(body), receive, send)
        elif route == "POST /v1/embeddings":
            await send_json(send, self._embeddings(_decoded(body)))
        elif route == "GET /v1/models":
            data = [{"id": name, "object": "model", "owned_by": "paperbus"} for name in MODELS]
            await send_json(send, {"object": "list", "data": data})
        elif route == "GET /control":
            left = msgspec.to_builtins(self.script.steps)
            await send_json(send, {"calls": msgspec.to_builtins(self.calls), "steps": left})
        elif route == "PUT /control":
            self.script = _script(body)
            await send_json(send, {"steps": len(self.script.steps)})
        elif route == "DELETE /control":
            self.calls.clear()
            self.script = Script()
            await send_json(send, {})
        else:
            raise Failure(404, "not_found", f"no such route: {route}")

    async def _chat(self, body: dict[str, Any], receive: Receive, send: Send) -> None:
        step = self.script.next()
        call = self._logged(step, body)
        _refuse(step, body)
        self._count += 1
        whole = _whole(step, body, f"chatcmpl-{self._count:08d}")
        message = whole["choices"][0]["message"]
        answer = message["content"] or message["refusal"] or ""
        call.billed = True
        call.prompt_tokens = answers.tokens(answers.prompt_text(body))
        call.completion_tokens = min(answers.tokens(answer), call.max_tokens)
        if step.fault == "hang":
            await _gone(receive, step.seconds)
            return
        call.status = 200
        usage = None if step.fault == "no_usage" else _usage(call)
        if not body.get("stream"):
            await send_json(send, {**whole, "usage": usage})
            return
        wanted = bool((body.get("stream_options") or {}).get("include_usage"))
        await send_events(send, answers.chunks(whole, usage if wanted else None))

    def _logged(self, step: Step, body: dict[str, Any]) -> Call:
        call = Call(
            path="/v1/chat/completions",
            model=str(body.get("model", "")),
            prompt=hashlib.sha256(answers.prompt_text(body).encode()).hexdigest(),
            fault=step.fault,
            max_tokens=int(body.get("max_completion_tokens") or body.get("max_tokens") or 4096),
        )
        self.calls.append(call)
        return call

    def _embeddings(self, body: dict[str, Any]) -> dict[str, Any]:
        texts = body.get("input", "")
        texts = [texts] if isinstance(texts, str) else texts
        dimensions = int(body.get("dimensions") or DIMENSIONS)
        as_base64 = body.get("encoding_format") == "base64"
        used = sum(answers.tokens(text) for text in texts)
        model = str(body.get("model", ""))
        self.calls.append(
            Call(path="/v1/embeddings", model=model, status=200, billed=True, prompt_tokens=used)
        )
        data = [
            {
                "object": "embedding",
                "index": no,
                "embedding": answers.embedding(text, dimensions, as_base64=as_base64),
            }
            for no, text in enumerate(texts)
        ]
        usage = {"prompt_tokens": used, "total_tokens": used}
        return {"object": "list", "data": data, "model": model, "usage": usage}


def _refuse(step: Step, body: dict[str, Any]) -> None:
    """Raise the errors that come before anything is billed."""
    if step.fault == "rate_limit":
        raise Failure(429, "rate_limit_exceeded", "slow down", after=step.retry_after)
    if step.fault == "error":
        raise Failure(step.status, "scripted", "a scripted error", after=step.retry_after)
    if step.fault == "unauthorised":
        raise Failure(401, "invalid_api_key", "Incorrect API key provided")
    if step.fault == "context_length":
        raise Failure(400, "context_length_exceeded", "maximum context length is 10 tokens")
    if step.fault == "no_response_format" and "response_format" in body:
        raise Failure(400, "unsupported", "response_format is unknown", param="response_format")


def _whole(step: Step, body: dict[str, Any], call_id: str) -> dict[str, Any]:
    model = str(body.get("model", ""))
    text = step.text or answers.answer_text(body)
    if step.fault == "refuse":
        return answers.completion(
            model, call_id, text="", finish="stop", refusal=step.text or answers.REFUSAL
        )
    if step.fault == "filter":
        return answers.completion(model, call_id, text="", finish="content_filter")
    if step.fault == "prose":
        return answers.completion(model, call_id, text=step.text or answers.PROSE, finish="stop")
    if step.fault == "truncate":
        return answers.completion(model, call_id, text=text[: len(text) // 2], finish="length")
    return answers.completion(model, call_id, text=text, finish="stop")


def _usage(call: Call) -> dict[str, int]:
    return {
        "prompt_tokens": call.prompt_tokens,
        "completion_tokens": call.completion_tokens,
        "total_tokens": call.prompt_tokens + call.completion_tokens,
    }


def _decoded(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Failure(400, "invalid_json", str(error)) from error


def _script(body: bytes) -> Script:
    try:
        return msgspec.json.decode(body, type=Script)
    except msgspec.DecodeError as error:
        raise Failure(400, "invalid_script", str(error)) from error


async def _gone(receive: Receive, seconds: float) -> None:
    """Wait until the client has hung up, or for ``seconds``."""
    try:
        await asyncio.wait_for(receive(), seconds)
    except TimeoutError:
        return
