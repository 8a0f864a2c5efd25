"""The collections of an embedding model, and the aliases everybody reads (rule Q4)."""

import asyncio
import re

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from common.errors import Unavailable, UsageError
from common.vectors.translated import DEPENDENCY, translated

PAPERS = "papers"
PASSAGES = "passages"
DENSE = "dense"
SPARSE = "bm25"
LAYOUT = 1

_KEYWORD = models.PayloadSchemaType.KEYWORD
_INTEGER = models.PayloadSchemaType.INTEGER
_BOOL = models.PayloadSchemaType.BOOL
INDEXES: dict[str, dict[str, models.PayloadSchemaType]] = {
    PAPERS: {
        "paper": _KEYWORD,
        "categories": _KEYWORD,
        "groups": _KEYWORD,
        "feeds": _KEYWORD,
        "announced_ms": _INTEGER,
        "order": _INTEGER,
        "version": _INTEGER,
        "gen": _INTEGER,
        "withdrawn": _BOOL,
        "has_pdf": _BOOL,
        "full_text": _BOOL,
    },
    PASSAGES: {
        "paper": _KEYWORD,
        "groups": _KEYWORD,
        "feeds": _KEYWORD,
        "announced_ms": _INTEGER,
        "gen": _INTEGER,
        "withdrawn": _BOOL,
    },
}


def collection_name(alias: str, model: str, dim: int) -> str:
    """The collection of one model, like ``papers__all-minilm-l6-v2__384__v1``."""
    slug = re.sub(r"[^a-z0-9]+", "-", model.lower()).strip("-")
    return f"{alias}__{slug}__{dim}__v{LAYOUT}"


async def ensure(client: AsyncQdrantClient, model: str, dim: int) -> None:
    """Make what is missing; any number of processes may do so at once.

    Raises UsageError when the aliases lead to another model's collections.
    """
    aliases = await _aliases(client)
    for alias, indexes in INDEXES.items():
        name = collection_name(alias, model, dim)
        _refuse_other(aliases.get(alias, name), name)
        with translated():
            await _create(client, name, dim)
            there = (await client.get_collection(name)).payload_schema
            missing = (field for field in indexes if field not in there)
            await asyncio.gather(
                *(client.create_payload_index(name, at, indexes[at], wait=True) for at in missing)
            )
            if alias not in aliases:
                await client.update_collection_aliases([_alias(alias, name)])


async def check(client: AsyncQdrantClient, model: str, dim: int) -> None:
    """Raises UsageError when the index is another model's, Unavailable when there is none yet."""
    aliases = await _aliases(client)
    for alias in INDEXES:
        if alias not in aliases:
            raise Unavailable(DEPENDENCY, f"there is no index {alias!r} yet; the indexer makes it")
        _refuse_other(aliases[alias], collection_name(alias, model, dim))


def _refuse_other(found: str, wanted: str) -> None:
    if found != wanted:
        raise UsageError(
            "EMBEDDING_MODEL",
            f"the index was made as {found}, the settings ask for {wanted}; set the embedding "
            "back to that model, or start with an empty index and replay the papers",
        )


async def _aliases(client: AsyncQdrantClient) -> dict[str, str]:
    with translated():
        answer = await client.get_aliases()
    return {alias.alias_name: alias.collection_name for alias in answer.aliases}


async def _create(client: AsyncQdrantClient, name: str, dim: int) -> None:
    if await client.collection_exists(name):
        return
    try:
        await client.create_collection(
            name,
            vectors_config={DENSE: models.VectorParams(size=dim, distance=models.Distance.COSINE)},
            sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
        )
    except (UnexpectedResponse, ValueError):  # local mode raises ValueError
        if not await client.collection_exists(name):
            raise


def _alias(alias: str, name: str) -> models.CreateAliasOperation:
    return models.CreateAliasOperation(
        create_alias=models.CreateAlias(collection_name=name, alias_name=alias)
    )
