"""The models the index is kept in: how each is loaded, and which one answers."""

from collections.abc import Callable
from typing import Literal, TypeVar

import msgspec

from common.embed import factory
from common.embed.embedder import Embedder
from common.errors import UNREADABLE, Terminal, UsageError
from common.kv import Entry, Kv
from common.settings import EmbedSettings
from common.vectors.collections import PAPERS, collection_name

RECORD = "index"
"""The bucket of the operator's tool: which models there are now."""
STATED = "models"
"""The bucket of the indexer: the model it began with."""
KEY = "spaces"

T = TypeVar("T")


class Space(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An embedding model, and all that another process needs to load the same one."""

    model: str
    dim: int
    kind: Literal["local", "static", "openai"]
    folder: str = ""
    base_url: str = ""
    dimensions: int = 0

    @property
    def collection(self) -> str:
        """The collection of papers; no two models share one."""
        return collection_name(PAPERS, self.model, self.dim)

    def settings(self, own: EmbedSettings) -> EmbedSettings:
        """How this process loads it; keys, cache and threads stay its own."""
        return msgspec.structs.replace(
            own,
            embedding_kind=self.kind,
            embedding_model=self.model,
            embedding_dir=self.folder,
            embedding_base_url=self.base_url,
            embedding_dimensions=self.dimensions,
        )


def space_of(settings: EmbedSettings, embedder: Embedder) -> Space:
    """The space of an embedder that was made with these settings."""
    remote = settings.embedding_kind == "openai"
    return Space(
        model=embedder.model,
        dim=embedder.dim,
        kind=settings.embedding_kind,
        folder="" if remote else settings.embedding_dir,
        base_url=settings.embedding_base_url if remote else "",
        dimensions=settings.embedding_dimensions,
    )


async def load(space: Space, own: EmbedSettings, *, lone: bool = False) -> Embedder:
    """The embedder of a space; raises UsageError when this machine has another one, Unavailable."""
    embedder = await factory.create(space.settings(own), lone=lone)
    if (embedder.model, embedder.dim) != (space.model, space.dim):
        await embedder.close()
        raise UsageError(
            "EMBEDDING_MODEL",
            f"the index needs {space.model} with {space.dim} numbers a text, here is "
            f"{embedder.model} with {embedder.dim}; install the same model here",
        )
    return embedder


class Spaces(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Every space that papers are written to."""

    serving: Space
    """Answers the searches; a paper is indexed when it is in here."""
    also: Space | None = None
    """Filled, or kept to go back to; completed before it may answer."""
    switched: bool = False
    """Whether ``also`` is the one to go back to."""

    @property
    def all(self) -> tuple[Space, ...]:
        """The one that answers first."""
        return (self.serving,) if self.also is None else (self.serving, self.also)

    def behind(self, collection: str) -> Space | None:
        """The space whose papers lie in ``collection``, or None."""
        return next((space for space in self.all if space.collection == collection), None)

    def turned(self, collection: str) -> "Spaces":
        """The same with the space of ``collection`` serving, where there is one."""
        if self.also is not None and self.also.collection == collection:
            return Spaces(serving=self.also, also=self.serving, switched=not self.switched)
        return self


class Begun(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the indexer states about the index it began with."""

    space: Space
    passed_over: int = -1
    """Revision of a record that is about another index than the one that is there."""


class Kept(msgspec.Struct, frozen=True):
    """What is known of the index, and the revision that guards the record; 0 without one."""

    spaces: Spaces | None
    revision: int


async def known(bucket: Callable[[str], Kv]) -> Kept:
    """The record, or before there is one what the indexer began with.

    Raises Unavailable, Terminal when it cannot be read.
    """
    recorded = await bucket(RECORD).get(KEY)
    stated = await bucket(STATED).get(KEY)
    begun = None if stated is None else _decoded(stated.value, Begun)
    return chosen(recorded, begun)


def chosen(recorded: Entry | None, begun: Begun | None) -> Kept:
    """The record where there is one that the indexer did not pass over."""
    revision = 0 if recorded is None else recorded.revision
    if recorded is not None and (begun is None or begun.passed_over != revision):
        return Kept(_decoded(recorded.value, Spaces), revision)
    return Kept(None if begun is None else Spaces(serving=begun.space), revision)


async def record(kv: Kv, spaces: Spaces, revision: int) -> bool:
    """Write the record; False when somebody else did since ``revision``."""
    body = msgspec.json.encode(spaces)
    work = kv.update(KEY, body, revision) if revision else kv.create(KEY, body)
    return await work is not None


async def state(kv: Kv, begun: Begun) -> None:
    """Write what the indexer began with; replicas state the same."""
    await kv.put(KEY, msgspec.json.encode(begun))


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE as error:
        raise Terminal(f"the record of the index: {error}", reason="index") from error
