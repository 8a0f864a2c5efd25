"""Changes to a collection's configuration, and its description."""

import msgspec

from standalone.vectors.config import (
    HNSW_DEFAULTS,
    OPTIMIZER_DEFAULTS,
    WAL_DEFAULTS,
    CollectionConfig,
    Json,
)
from standalone.vectors.errors import bad_body

_PARAMS = ("on_disk_payload", "replication_factor", "write_consistency_factor")
_DISABLED = "Disabled"


def changed(config: CollectionConfig, changes: Json) -> CollectionConfig:
    """The configuration after a PATCH. Raises RequestError."""
    wanted = {name: value for name, value in changes.items() if value is not None}
    params = wanted.pop("params", {})
    wanted |= {name: params[name] for name in _PARAMS if params.get(name) is not None}
    old = msgspec.to_builtins(config)
    unnamed = wanted.get("vectors", {}).get("")
    if unnamed is not None and "" not in (old.get("vectors") or {}):
        wanted["vectors"] = unnamed
    elif missing := set(wanted.get("vectors", {})) - set(config.dense()):
        raise bad_body(f"vectors: not existing vector name `{missing.pop()}`")
    try:
        return msgspec.convert(_merged(old, wanted), CollectionConfig)
    except msgspec.ValidationError as error:
        raise bad_body(str(error)) from error


def _merged(old: Json, new: Json) -> Json:
    out = dict(old)
    for key, value in new.items():
        before = out.get(key)
        if value is None:
            continue
        if key == "quantization_config":
            out[key] = None if value == _DISABLED else value
        elif isinstance(value, dict) and isinstance(before, dict):
            out[key] = _merged(before, value)
        else:
            out[key] = value
    return out


def described(config: CollectionConfig) -> Json:
    """The configuration as Qdrant tells it, with its defaults."""
    plain: Json = msgspec.to_builtins(config)
    params: Json = {
        "vectors": config.vectors or {},
        "shard_number": config.shard_number or 1,
        "replication_factor": config.replication_factor or 1,
        "write_consistency_factor": config.write_consistency_factor or 1,
        "on_disk_payload": config.on_disk_payload is not False,
    }
    if config.sparse_vectors:
        params["sparse_vectors"] = plain["sparse_vectors"]
    out: Json = {
        "params": params,
        "hnsw_config": HNSW_DEFAULTS | (config.hnsw_config or {}),
        "optimizer_config": OPTIMIZER_DEFAULTS | (config.optimizers_config or {}),
        "wal_config": WAL_DEFAULTS | (config.wal_config or {}),
        "quantization_config": config.quantization_config,
    }
    if config.metadata is not None:
        out["metadata"] = config.metadata
    return out
