"""The adapter of Qdrant: reads and writes in one class, and the client for it."""

from qdrant_client import AsyncQdrantClient

from common.settings import VectorsSettings
from common.vectors.asking import ByHttp
from common.vectors.reader import Reader
from common.vectors.writer import Writer

TIMEOUT_S = 30


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
    )


def connect(settings: VectorsSettings, model: str, dim: int) -> Vectors:
    """An adapter for one model; nothing is asked of the server yet."""
    key = settings.qdrant_api_key.reveal()
    straight = ByHttp(settings.qdrant_url, key, TIMEOUT_S)
    return Vectors(client_of(settings), model, dim, straight)
