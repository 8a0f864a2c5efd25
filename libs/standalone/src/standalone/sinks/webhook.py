"""The webhook sink: receives, checks and writes down deliveries; lists them; fails as told."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from standalone.sinks.failures import Failures, ScriptError, decode_failure
from standalone.sinks.journal import Delivery, append, body_value, read
from standalone.sinks.mail import MailSink
from standalone.sinks.signature import SecretError, decode_secret, fault_of
from standalone.upstream.asgi import (
    Answer,
    BodyTooLargeError,
    DisconnectedError,
    Receive,
    Scope,
    Send,
    json_answer,
    query_pairs,
    read_body,
    send_answer,
)


class WebhookSink:
    """The sinks' ASGI application; a POST to any path but `/control` is a delivery."""

    def __init__(
        self, file: Path, failures: Failures, mail: MailSink, *, secret: bytes | None = None
    ) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._file = file
        self._failures = failures
        self._mail = mail
        self._secret = secret

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
        await send_answer(send, self._answer(scope, body))

    def _answer(self, scope: Scope, body: bytes) -> Answer:
        match scope["method"], scope["path"]:
            case "GET", "/received":
                return json_answer(read(self._file))
            case "GET", "/mail":
                return json_answer(self._mail.stored())
            case "GET", "/control":
                return json_answer({"pending": self._failures.pending})
            case "POST", "/control":
                return self._script(body)
            case "DELETE", "/control":
                self._failures.pending.clear()
                return json_answer({"pending": []})
            case "POST", _:
                return self._deliver(scope, body)
            case _:
                return json_answer({"error": "no such page; see /received, /mail, /control"}, 404)

    def _script(self, body: bytes) -> Answer:
        try:
            self._failures.add(decode_failure(body))
        except ScriptError as error:
            return json_answer({"error": str(error)}, 400)
        return json_answer({"pending": self._failures.pending})

    def _deliver(self, scope: Scope, body: bytes) -> Answer:
        failure = self._failures.take("webhook")
        now = datetime.now(UTC)
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        checked, problem = self._check(scope, headers, body, now)
        status = failure.status if failure else 401 if problem else 200
        delivery = Delivery(
            at=now.isoformat(),
            path=scope["path"],
            headers=headers,
            body=body_value(body),
            verified=problem is None if checked else None,
            problem=problem,
            status=status,
        )
        if failure is None or failure.keep:
            append(self._file, delivery)
        wait = failure.retry_after_s if failure else None
        answer = json_answer({"status": status, "problem": problem}, status)
        if wait is None:
            return answer
        return msgspec.structs.replace(answer, headers=(("retry-after", str(wait)),))

    def _check(
        self, scope: Scope, headers: dict[str, str], body: bytes, now: datetime
    ) -> tuple[bool, str | None]:
        """Return whether there was a secret to check with, and what is wrong."""
        named = dict(query_pairs(scope)).get("secret")
        try:
            secret = decode_secret(named) if named else self._secret
        except SecretError as error:
            return True, str(error)
        if secret is None:
            return False, None
        return True, fault_of(headers, body, secret=secret, now=now.timestamp())
