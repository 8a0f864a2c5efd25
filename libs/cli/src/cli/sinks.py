"""What the demo's receivers of webhooks and mail got."""

import asyncio
import json
import urllib.request
from collections import Counter
from typing import Any, NamedTuple


class Received(NamedTuple):
    """How much arrived, and what arrived more than once."""

    webhooks: int
    mails: int
    doubled: tuple[str, ...]


async def received(port: int) -> Received:
    """Ask the receivers; the same id twice is doubled."""
    hooks = await asyncio.to_thread(_get, f"http://127.0.0.1:{port}/received")
    mails = await asyncio.to_thread(_get, f"http://127.0.0.1:{port}/mail")
    ids = [f"webhook {_id(hook)}" for hook in hooks] + [f"mail {_message_id(m)}" for m in mails]
    doubled = tuple(sorted(name for name, count in Counter(ids).items() if count > 1))
    return Received(len(hooks), len(mails), doubled)


def _id(hook: dict[str, Any]) -> str:
    headers = {name.lower(): value for name, value in hook.get("headers", {}).items()}
    return str(headers.get("webhook-id", ""))


def _message_id(mail: dict[str, Any]) -> str:
    return str(mail.get("message_id") or mail.get("file") or mail)


def _get(url: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        found: list[dict[str, Any]] = json.loads(answer.read())
        return found
