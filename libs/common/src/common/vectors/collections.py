"""The collections of an embedding model, and the aliases everybody reads (rule Q4)."""

import asyncio
import re

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from common.errors import Unavailable, UsageError
from common.settings import VectorsSettings
from common.vectors import DEPENDENCY, layout
from common.vectors.persons import INITIALS, PARTS
from common.vectors.translated import translated

PAPERS = "papers"
PASSAGES = "passages"
DENSE = "dense"
SPARSE = "bm25"
LAYOUT = 1
_AS_IS = VectorsSettings()

Schema = models.PayloadSchemaType | models.TextIndexParams | models.KeywordIndexParams

_KEYWORD = models.PayloadSchemaType.KEYWORD
_INTEGER = models.PayloadSchemaType.INTEGER
_BOOL = models.PayloadSchemaType.BOOL
_STEMMED = models.SnowballParams(
    type=models.Snowball.SNOWBALL, language=models.SnowballLanguage.ENGLISH
)
_NAMES = models.TextIndexParams(
    type=models.TextIndexType.TEXT,
    tokenizer=models.TokenizerType.WORD,
    lowercase=True,
    ascii_folding=True,
    phrase_matching=True,
)
_TEXT = _NAMES.model_copy(update={"stemmer": _STEMMED})
_FIRST_LETTERS = _NAMES.model_copy(
    update={"tokenizer": models.TokenizerType.PREFIX, "min_token_len": 1, "max_token_len": 1}
)
_BEGINNINGS = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, prefix=True)
INDEXES: dict[str, dict[str, Schema]] = {
    PAPERS: {
        "paper": _KEYWORD,
        "categories": _KEYWORD,
        "groups": _KEYWORD,
        "feeds": _KEYWORD,
        "announced": _KEYWORD,
        "announced_ms": _INTEGER,
        "order": _INTEGER,
        "version": _INTEGER,
        "gen": _INTEGER,
        "withdrawn": _BOOL,
        "has_pdf": _BOOL,
        "full_text": _BOOL,
        "licence": _BEGINNINGS,
        "doi": _KEYWORD,
        "summary_model": _KEYWORD,
        "title": _TEXT,
        "abstract": _TEXT,
        PARTS: _NAMES,
        INITIALS: _FIRST_LETTERS,
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


async def ensure(
    client: AsyncQdrantClient, model: str, dim: int, settings: VectorsSettings = _AS_IS
) -> None:
    """Make what is missing; any number of processes may do so at once.

    Raises UsageError when the aliases lead to another model's collections.
    """
    aliases = await served(client)
    for alias in INDEXES:
        name = collection_name(alias, model, dim)
        refuse_other(aliases.get(alias, name), name)
    await make(client, model, dim, settings)
    with translated():
        for alias in INDEXES:
            if alias not in aliases:
                name = collection_name(alias, model, dim)
                await client.update_collection_aliases([_alias(alias, name)])


async def make(
    client: AsyncQdrantClient, model: str, dim: int, settings: VectorsSettings = _AS_IS
) -> None:
    """Make the collections of a model where they are missing; the aliases stay as they are."""
    for alias, indexes in INDEXES.items():
        name = collection_name(alias, model, dim)
        with translated():
            await _create(client, name, dim, settings)
            there = (await client.get_collection(name)).payload_schema
            missing = [field for field in indexes if field not in there]
            # one of words takes seconds where there are papers: no two wait for each other
            of_words = [at for at in missing if isinstance(indexes[at], models.TextIndexParams)]
            rest = [at for at in missing if at not in of_words]
            await asyncio.gather(
                *(client.create_payload_index(name, at, indexes[at], wait=True) for at in rest)
            )
            for at in of_words:
                await client.create_payload_index(name, at, indexes[at], wait=True)


async def check(client: AsyncQdrantClient, model: str, dim: int) -> None:
    """Raises UsageError when the index is another model's, Unavailable when there is none yet."""
    aliases = await served(client)
    for alias in INDEXES:
        if alias not in aliases:
            raise Unavailable(DEPENDENCY, f"there is no index {alias!r} yet; the indexer makes it")
        refuse_other(aliases[alias], collection_name(alias, model, dim))


async def served(client: AsyncQdrantClient) -> dict[str, str]:
    """The collection behind each alias; an alias that is not there is left out."""
    with translated():
        answer = await client.get_aliases()
    return {alias.alias_name: alias.collection_name for alias in answer.aliases}


async def switch(client: AsyncQdrantClient, model: str, dim: int) -> None:
    """Let all aliases lead to the collections of this model, in one step."""
    there = await served(client)
    steps: list[models.AliasOperations] = []
    for alias in INDEXES:
        if alias in there:
            gone = models.DeleteAlias(alias_name=alias)
            steps.append(models.DeleteAliasOperation(delete_alias=gone))
        steps.append(_alias(alias, collection_name(alias, model, dim)))
    with translated():
        await client.update_collection_aliases(steps)


async def drop(client: AsyncQdrantClient, model: str, dim: int) -> None:
    """Delete the collections of a model; raises UsageError when an alias leads to one of them."""
    names = {collection_name(alias, model, dim) for alias in INDEXES}
    if names & set((await served(client)).values()):
        raise UsageError("model", f"{model} answers the searches; switch to the other one first")
    for name in sorted(names):
        with translated():
            await client.delete_collection(name)


def refuse_other(found: str, wanted: str) -> None:
    """Raises UsageError when the index is not the one that the settings lead to."""
    if found != wanted:
        raise UsageError(
            "EMBEDDING_MODEL",
            f"the index was made as {found}, the settings ask for {wanted}; set the embedding "
            "back to that model, or move to the new one with `paperbus reindex`",
        )


async def _create(
    client: AsyncQdrantClient, name: str, dim: int, settings: VectorsSettings
) -> None:
    if await client.collection_exists(name):
        return
    try:
        await client.create_collection(
            name,
            vectors_config={DENSE: layout.dense(dim, settings)},
            sparse_vectors_config={SPARSE: layout.sparse(settings)},
            **layout.spread(settings),
        )
    except (UnexpectedResponse, ValueError):  # local mode raises ValueError
        if not await client.collection_exists(name):
            raise


def _alias(alias: str, name: str) -> models.CreateAliasOperation:
    return models.CreateAliasOperation(
        create_alias=models.CreateAlias(collection_name=name, alias_name=alias)
    )
