"""The adapter of Qdrant: reads and writes in one class, and the client for it."""

import httpx
from qdrant_client import AsyncQdrantClient

from common.settings import VectorsSettings
from common.vectors.reader import Reader
from common.vectors.straight import ByHttp
from common.vectors.writer import Writer

TIMEOUT_S = 30
# Left alone, the client connects anew for each request to a server on this machine, which is a
# fifth of what a request costs it.
_KEPT = httpx.Limits(max_keepalive_connections=32)


class Vectors(Reader, Writer):
    """Papers and passages of one embedding model."""

    async def close(self) -> None:
        """Close the connections."""
        await self._ask.close()
        await self.client.close()


def client_of(settings: VectorsSettings) -> AsyncQdrantClient:
    """A client for the server that the settings name; nothing is asked of it yet."""
    return AsyncQdrantClient(
        url=settings.qdrant_url,
        api_key=settings.qdrant_api_key.reveal() or None,
        prefer_grpc=False,
        timeout=TIMEOUT_S,
        check_compatibility=False,
        limits=_KEPT,
    )


def connect(settings: VectorsSettings, model: str, dim: int) -> Vectors:
    """An adapter for one model; nothing is asked of the server yet."""
    key = settings.qdrant_api_key.reveal()
    straight = ByHttp(settings.qdrant_url, key, TIMEOUT_S)
    made = Vectors(client_of(settings), model, dim, straight)
    made.settings = settings
    return made
