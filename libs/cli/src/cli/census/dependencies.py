"""Who answers: the stores, the full health of NATS, and the services themselves."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import httpx
from qdrant_client import AsyncQdrantClient

from cli.census.sheet import Found
from common.errors import ServiceError
from common.objects import Objects
from common.vectors.collections import served

PROBE = "operator/probe"
TIMEOUT_S = 3.0
OK = 200

Check = Callable[[], Awaitable[object]]


def checks(bus: Check, objects: Objects, qdrant: AsyncQdrantClient) -> dict[str, Check]:
    """What asks each dependency."""
    return {
        "nats": bus,
        "objects": lambda: objects.ref(PROBE),
        "qdrant": lambda: served(qdrant),
    }


async def dependencies(asking: Mapping[str, Check]) -> Found:
    """Whether each dependency answers within a few seconds."""
    up = await asyncio.gather(*(_up(check) for check in asking.values()))
    return {"dependency_up": {(name,): int(is_up) for name, is_up in zip(asking, up, strict=True)}}


async def _up(check: Check) -> bool:
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await check()
    except (ServiceError, OSError):
        return False
    return True


async def services(client: httpx.AsyncClient, urls: Mapping[str, str]) -> Found:
    """Whether each service says it is ready; one that does not answer is not."""
    ready = await asyncio.gather(*(_is_ok(client, url) for url in urls.values()))
    return {"service_ready": {(name,): int(one) for name, one in zip(urls, ready, strict=True)}}


async def nats(client: httpx.AsyncClient, urls: tuple[str, ...]) -> Found:
    """Whether every server says it is well, with all its streams and consumers (rule N4)."""
    well = await asyncio.gather(*(_is_ok(client, f"{url.rstrip('/')}/healthz") for url in urls))
    return {"nats_healthy": {(): int(all(well))}}


async def _is_ok(client: httpx.AsyncClient, url: str) -> bool:
    try:
        answer = await client.get(url)
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    return answer.status_code == OK
