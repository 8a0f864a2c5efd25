"""Snapshots of the index by Qdrant's own REST API, taken out and put back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from common.errors import Terminal, Unavailable
from common.settings import VectorsSettings
from common.vectors import DEPENDENCY

TIMEOUT_S = 600.0
CHUNK_BYTES = 1 << 20


class Index:
    """The part of Qdrant's API that backups use. All methods raise Unavailable, Terminal."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def collections(self) -> dict[str, tuple[str, ...]]:
        """Every collection that an alias leads to, with those aliases."""
        found: dict[str, tuple[str, ...]] = {}
        for one in (await self._asked("GET", "/aliases"))["aliases"]:
            name = one["collection_name"]
            found[name] = (*found.get(name, ()), one["alias_name"])
        return found

    async def save(self, collection: str, into: Path) -> None:
        """Let the server write a snapshot, fetch it, and let the server forget it."""
        place = f"/collections/{collection}/snapshots"
        name = (await self._asked("POST", place))["name"]
        try:
            async with self._client.stream("GET", f"{place}/{name}") as answer:
                if answer.status_code != httpx.codes.OK:
                    raise Unavailable(DEPENDENCY, f"gives no snapshot: {answer.status_code}")
                with into.open("wb") as file:
                    async for chunk in answer.aiter_bytes(CHUNK_BYTES):
                        file.write(chunk)
        except httpx.HTTPError as error:
            raise _away(error) from error
        finally:
            await self._asked("DELETE", f"{place}/{name}")

    async def restore(self, collection: str, source: Path, aliases: tuple[str, ...]) -> None:
        """Put a snapshot in the place of a collection, and let the aliases lead there."""
        place = f"/collections/{collection}/snapshots"
        with source.open("rb") as file:
            answer = await self._sent(
                "POST", f"{place}/upload?wait=true&priority=snapshot", files={"snapshot": file}
            )
        if answer.status_code == httpx.codes.NOT_FOUND:  # the standalone server reads files itself
            address = {"location": _address(source)}
            answer = await self._sent("PUT", f"{place}/recover?wait=true", json=address)
        _result(answer)
        known = await self.collections()
        wrong = [one for name, ones in known.items() if name != collection for one in ones]
        gone = [{"delete_alias": {"alias_name": one}} for one in aliases if one in wrong]
        new = [
            {"create_alias": {"collection_name": collection, "alias_name": one}}
            for one in aliases
            if one not in known.get(collection, ())
        ]
        if gone or new:
            await self._asked("POST", "/collections/aliases", json={"actions": [*gone, *new]})

    async def _asked(self, method: str, path: str, **more: Any) -> Any:
        return _result(await self._sent(method, path, **more))

    async def _sent(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return await self._client.request(method, path, **more)
        except httpx.HTTPError as error:
            raise _away(error) from error


@asynccontextmanager
async def connect(settings: VectorsSettings) -> AsyncIterator[Index]:
    """The index of the server that the settings name."""
    key = settings.qdrant_api_key.reveal()
    headers = {"api-key": key} if key else {}
    async with httpx.AsyncClient(
        base_url=settings.qdrant_url, headers=headers, timeout=TIMEOUT_S, trust_env=False
    ) as client:
        yield Index(client)


def _address(file: Path) -> str:
    return file.resolve().as_uri()


def _away(error: httpx.HTTPError) -> Unavailable:
    return Unavailable(DEPENDENCY, f"does not answer ({error or type(error).__name__})")


def _result(answer: httpx.Response) -> Any:
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Unavailable(DEPENDENCY, f"answers {answer.status_code}: {answer.text[:200]}")
    if not answer.is_success:
        raise Terminal(f"qdrant refused ({answer.status_code}): {answer.text[:200]}")
    return answer.json()["result"]
