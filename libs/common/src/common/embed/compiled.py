"""The ONNX form of a model folder: the file it has, or one built from its weights and cached."""

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec

from common.errors import UsageError

GRAPH_VERSION = 1


def onnx_of(model_dir: Path, cache_dir: Path) -> Path | bytes:
    """``model.onnx`` of the folder, else a graph built from ``model.safetensors``.

    The built graph is kept in ``cache_dir``; where that cannot be written it is returned as
    bytes. Raises UsageError when the folder holds neither.
    """
    for ready in (model_dir / "model.onnx", model_dir / "onnx" / "model.onnx"):
        if ready.is_file():
            return ready
    weights = model_dir / "model.safetensors"
    if not weights.is_file() or not (model_dir / "config.json").is_file():
        raise UsageError(
            "EMBEDDING_DIR",
            f"{model_dir} holds no model.onnx and no model.safetensors with config.json",
        )
    cached = cache_dir / f"{model_dir.name}-{_digest(weights)}.onnx"
    if cached.is_file():
        return cached
    body = _build(model_dir, weights)
    return cached if _store(cached, body) else body


def _build(model_dir: Path, weights: Path) -> bytes:
    # Only the very first start builds the graph; the onnx package costs 0.7 s to import.
    from safetensors.numpy import load_file

    # The graph is written with the onnx package.
    from common.embed.graph import BertConfig, build

    config = msgspec.json.decode((model_dir / "config.json").read_bytes(), type=BertConfig)
    try:
        model = build(load_file(weights), config)
    except (KeyError, ValueError) as error:
        raise UsageError("EMBEDDING_DIR", f"{weights} is no BERT model: {error}") from error
    body: bytes = model.SerializeToString()
    return body


def _digest(weights: Path) -> str:
    """Changes with the weights file and the builder; reading all 90 MB would cost 0.2 s a start."""
    status = weights.stat()
    named = f"{GRAPH_VERSION}:{weights.resolve()}:{status.st_size}:{status.st_mtime_ns}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _store(path: Path, body: bytes) -> bool:
    """True when the file is now there, whole; False when the folder cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
        with os.fdopen(handle, "wb") as part:
            part.write(body)
        Path(name).replace(path)
    except OSError:
        return False
    return True
