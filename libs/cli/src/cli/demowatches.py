"""The watches of the demo, made through the API like anybody's."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any

from cli.system import System, say
from common.errors import Retryable, Unavailable

WATCHES: tuple[dict[str, Any], ...] = (
    {"name": "Language models", "query": '"language model"', "channel": "webhook"},
    {"name": "Reinforcement learning", "query": "reinforcement learning", "channel": "mail"},
    {"name": "Markets and risk", "query": "market risk portfolio", "channel": "webhook"},
)
READER = "reader@example.org"
TRIES = 40
TRY_AGAIN_S = 0.5


async def ensure(system: System) -> None:
    """Make the watches that are not there yet."""
    known = {watch["name"] for watch in (await _call(system, "GET"))["items"]}
    for watch in WATCHES:
        if watch["name"] not in known:
            await _call(system, "POST", _request(system, watch))
    say(f"{len(WATCHES)} watches: {', '.join(watch['name'] for watch in WATCHES)}")


def _request(system: System, watch: dict[str, Any]) -> dict[str, Any]:
    hook = f"http://127.0.0.1:{system.stack.ports['webhook']}/"
    channel = (
        {"kind": "webhook", "url": hook}
        if watch["channel"] == "webhook"
        else {"kind": "mail", "address": READER}
    )
    return {"name": watch["name"], "query": watch["query"], "channel": channel}


async def _call(system: System, method: str, body: dict[str, Any] | None = None) -> Any:
    url = f"{system.page}/api/v1/watches"
    for _ in range(TRIES):
        try:
            return await asyncio.to_thread(_send, url, method, body)
        except Unavailable:  # it may be being started again just now
            await asyncio.sleep(TRY_AGAIN_S)
    return await asyncio.to_thread(_send, url, method, body)


def _send(url: str, method: str, body: dict[str, Any] | None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data=data, method=method, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        detail = error.read().decode(errors="replace")[:300]
        raise Retryable(f"{method} {url} was refused: {error.code} {detail}") from error
    except OSError as error:
        raise Unavailable("gateway", f"{url} does not answer: {error}") from error
