"""Webhooks as Standard Webhooks 1.0 wants them: stable id, fresh time, signed body (rule X6)."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from standardwebhooks import Webhook as Signer
from standardwebhooks.webhooks import EmptyWebhookSecretError

from common.errors import Retryable, Terminal
from common.outbound import Answer, Outbound
from common.retry_after import retry_after_s
from common.watches import Watch, Webhook
from notifier.telling import Handing, Outcome, Telling, one_line

GONE = 410
MAX_RETRY_AFTER_S = 86_400.0


class WebhookChannel:
    """Posts to the addresses of watches; ``now`` gives the present moment in UTC."""

    def __init__(
        self, outbound: Outbound, now: Callable[[], datetime], public_url: str = ""
    ) -> None:
        self._outbound = outbound
        self._now = now
        self._public_url = public_url

    def places(self, watch: Watch) -> tuple[str, ...]:
        """Each watch has its own receiver."""
        return (watch.id,)

    async def send(self, telling: Telling, handing: Handing) -> Outcome:
        """One signed POST; a receiver knows a repeated one by its webhook-id."""
        hook = telling.watch.channel
        if not isinstance(hook, Webhook):
            return Outcome("failed", said="the watch has another channel now")
        now = self._now()
        content = body(telling._replace(public_url=self._public_url))
        try:
            headers = signed(telling.id, now, content, hook.secret)
        except ValueError:
            return Outcome("failed", said="the secret of the watch is not whsec_ and base64")
        if not await handing():
            return Outcome("lost")
        try:
            answer = await self._outbound.post(hook.url, content, headers)
        except Retryable as error:
            return Outcome("retry", said=one_line(str(error)), down=telling.watch.id)
        except Terminal as error:
            return Outcome("failed", said=one_line(str(error)))
        return outcome(answer, now, telling.watch.id)


def outcome(answer: Answer, now: datetime, place: str) -> Outcome:
    """What an answer means: 2xx is success, 410 ends the watch, all else is tried again."""
    if 200 <= answer.status < 300:
        return Outcome("sent", answer.status)
    if answer.status == GONE:
        return Outcome("gone", GONE, "the receiver said it is gone (410)")
    return Outcome(
        "retry",
        answer.status,
        f"the receiver answered {answer.status}",
        retry_after_s(answer.headers, now, cap_s=MAX_RETRY_AFTER_S),
        down=place,
    )


def body(telling: Telling) -> bytes:
    """The JSON body, the same at every try."""
    meta, event = telling.meta, telling.event
    data: dict[str, Any] = {
        "watch": {"id": telling.watch.id, "name": telling.watch.name},
        "paper": event.paper,
        "version": event.version,
        "title": meta.title,
        "authors": meta.authors,
        "categories": meta.categories,
        "abstract": meta.abstract,
        "tldr": telling.tldr,
        "model": event.model if telling.tldr else "",
        "score": telling.score,
        "matched": telling.hits,
        "withdrawn": meta.withdrawn,
        "licence": meta.licence,
        "url": telling.link,
        "abs_url": meta.abs_url,
        "notes": event.notes,
    }
    return msgspec.json.encode({"type": "paper.matched", "timestamp": event.at, "data": data})


def signed(message_id: str, now: datetime, content: bytes, secrets: str) -> dict[str, str]:
    """The headers; one signature for each secret. Raises ValueError for a secret that is none."""
    from_epoch = int(now.timestamp())
    at = datetime.fromtimestamp(from_epoch, UTC)
    try:
        signatures = [
            Signer(secret).sign(message_id, at, content.decode())
            for secret in secrets.split()
            if secret.removeprefix("whsec_")
        ]
    except EmptyWebhookSecretError as error:
        raise ValueError("an empty secret") from error
    if not signatures:
        raise ValueError("no secret")
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(from_epoch),
        "webhook-signature": " ".join(signatures),
    }


def place_sha256(hook: Webhook) -> str:
    """By what a receiver that is gone is known again, without keeping its address."""
    return hashlib.sha256(hook.url.encode()).hexdigest()
