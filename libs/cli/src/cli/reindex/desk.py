"""What the re-embedding commands work with: bus, record, aliases, and opened models."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from qdrant_client import AsyncQdrantClient

from cli.reindex.catalogue import Catalogue, Gap, read_on
from cli.reindex.overlap import Side
from cli.settings import Settings
from common.embed import factory
from common.errors import Retryable, UsageError
from common.kv import Kv
from common.runtime import Runtime, connect
from common.settings import EmbedSettings
from common.vectors import adapter, collections, spaces
from common.vectors.spaces import Space, Spaces
from common.vectors.stock import stock


class Known(NamedTuple):
    """The spaces as the aliases have them, and the revision that guards the record."""

    spaces: Spaces
    revision: int


class Desk:
    """Opened once for a command."""

    def __init__(self, runtime: Runtime, settings: Settings, client: AsyncQdrantClient) -> None:
        self.runtime = runtime
        self.settings = settings
        self.client = client
        self.kv: Kv = runtime.kv(spaces.RECORD)
        self.catalogue = Catalogue()

    async def known(self) -> Known:
        """The models of the index, the record mended where a switch broke off.

        Raises UsageError when nobody has stated them.
        """
        kept = await spaces.known(self.runtime.kv)
        served = (await collections.served(self.client)).get(collections.PAPERS, "")
        if kept.spaces is None or kept.spaces.behind(served) is None:
            raise UsageError(
                "index", "no model is on record for it; start the indexer, which states its own"
            )
        turned = kept.spaces.turned(served)
        if turned != kept.spaces:
            await self.record(turned, kept.revision)
            return await self.known()
        return Known(turned, kept.revision)

    async def record(self, wanted: Spaces, revision: int) -> None:
        """Raises Retryable when somebody else changed the record meanwhile."""
        if not await spaces.record(self.kv, wanted, revision):
            raise Retryable("the record of the index was changed meanwhile; look at the status")

    async def gaps(self, space: Space) -> list[Gap]:
        """What the index of a space lacks, by the log as it is now."""
        await read_on(self.runtime, self.catalogue)
        vectors = adapter.connect(self.settings.vectors, space.model, space.dim)
        try:
            return self.catalogue.gaps(await stock(vectors))
        finally:
            await vectors.close()

    @asynccontextmanager
    async def side(self, space: Space) -> AsyncIterator[Side]:
        """A loaded model and its index."""
        embedder = await spaces.load(space, self.settings.embed)
        vectors = adapter.connect(self.settings.vectors, space.model, space.dim)
        try:
            yield Side(embedder, vectors)
        finally:
            await vectors.close()
            await embedder.close()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Desk]:
    """A desk; raises Unavailable."""
    client = adapter.client_of(settings.vectors)
    try:
        async with connect("reindex", settings) as runtime:
            yield Desk(runtime, settings, client)
    finally:
        await client.close()


async def space_of(asked: EmbedSettings) -> Space:
    """The space that settings lead to; raises UsageError when they lead nowhere."""
    embedder = await factory.create(asked)
    try:
        return spaces.space_of(asked, embedder)
    finally:
        await embedder.close()
