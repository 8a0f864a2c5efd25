"""Which points there are, of which paper and generation, without vectors and texts."""

from collections.abc import AsyncIterator

import httpx
import msgspec

from common.errors import Terminal, Unavailable
from common.settings import VectorsSettings
from common.vectors import DEPENDENCY

PAGE = 5000
TIMEOUT_S = 60
NOT_FOUND = 404
OK = 200


class Counted(msgspec.Struct, frozen=True):
    """What a point says about itself."""

    paper: str = ""
    gen: int = 0
    passages: int = 0


class _Point(msgspec.Struct):
    payload: Counted


class _Points(msgspec.Struct):
    points: list[_Point]
    next_page_offset: str | int | None = None


class _Answer(msgspec.Struct):
    result: _Points


async def census(settings: VectorsSettings, alias: str) -> AsyncIterator[list[Counted]]:
    """Every point behind ``alias``, a page at a time; none when there is no such index yet.

    Raises Unavailable, Terminal.
    """
    key = settings.qdrant_api_key.reveal()
    headers = {"api-key": key} if key else {}
    decode = msgspec.json.Decoder(_Answer).decode
    wanted: dict[str, object] = {
        "limit": PAGE,
        "with_payload": {"include": ["paper", "gen", "passages"]},
        "with_vector": False,
    }
    async with httpx.AsyncClient(
        base_url=settings.qdrant_url, headers=headers, timeout=TIMEOUT_S, trust_env=False
    ) as client:
        while True:
            body = await _asked(client, f"/collections/{alias}/points/scroll", wanted)
            if body is None:
                return
            found = decode(body).result
            yield [point.payload for point in found.points]
            if found.next_page_offset is None:
                return
            wanted["offset"] = found.next_page_offset


async def _asked(client: httpx.AsyncClient, path: str, wanted: dict[str, object]) -> bytes | None:
    try:
        answer = await client.post(path, json=wanted)
    except httpx.HTTPError as error:
        why = str(error) or type(error).__name__
        raise Unavailable(DEPENDENCY, f"does not answer ({why})") from error
    if answer.status_code == NOT_FOUND:
        return None
    if answer.status_code >= 500:
        raise Unavailable(DEPENDENCY, f"answers {answer.status_code}: {answer.text[:200]}")
    if answer.status_code != OK:
        raise Terminal(f"qdrant refused ({answer.status_code}): {answer.text[:200]}")
    return answer.content
