"""Opens the index in the model that it has now, and keeps to it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from common.embed import factory
from common.embed.embedder import Embedder
from common.errors import ServiceError
from common.kv import Kv
from common.lent import Lent
from common.vectors import adapter, collections, spaces
from gateway.following import FollowingIndex
from gateway.index import QdrantIndex
from gateway.settings import Settings

FIRST_LOOK_S = 3.0


@asynccontextmanager
async def opened(kv: Callable[[str], Kv], settings: Settings) -> AsyncIterator[FollowingIndex]:
    """The index; before there is one, that of the model the settings name.

    Raises UsageError when the index has a model that neither the record nor the settings know.
    """
    client = adapter.client_of(settings.vectors)

    async def served() -> str:
        return (await collections.served(client)).get(collections.PAPERS, "")

    async def load(collection: str) -> Lent[QdrantIndex] | None:
        kept = (await spaces.known(kv)).spaces
        space = kept.behind(collection) if kept else None
        if space is None:
            return None
        return _lent(settings, await spaces.load(space, settings.embed, lone=True))

    collection = await _at_first(served)
    first = await load(collection) if collection else None
    if first is None:
        embedder = await factory.create(settings.embed, lone=True)
        own = collections.collection_name(collections.PAPERS, embedder.model, embedder.dim)
        collections.refuse_other(collection or own, own)
        first, collection = _lent(settings, embedder), own
    index = FollowingIndex(first, collection, served, load)
    following = asyncio.create_task(index.follow())
    try:
        yield index
    finally:
        following.cancel()
        await index.close()
        await client.close()


async def _at_first(served: Callable[[], Awaitable[str]]) -> str:
    """What is served; nothing when Qdrant does not say so at once."""
    try:
        async with asyncio.timeout(FIRST_LOOK_S):
            return await served()
    except (ServiceError, TimeoutError):
        return ""


def _lent(settings: Settings, embedder: Embedder) -> Lent[QdrantIndex]:
    vectors = adapter.connect(settings.vectors, embedder.model, embedder.dim)

    async def close() -> None:
        await vectors.close()
        await embedder.close()

    return Lent(QdrantIndex(vectors, embedder), close)
