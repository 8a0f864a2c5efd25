"""Configuration of a collection: its JSON with Qdrant's defaults, and the engine's own form."""

from typing import Annotated, Any, Literal

import msgspec
import qdrant_edge as engine
from msgspec import Meta, Struct

from standalone.vectors.errors import bad_body
from standalone.vectors.quantization import engine_quantization

Json = dict[str, Any]

HNSW_DEFAULTS: Json = {
    "m": 16,
    "ef_construct": 100,
    "full_scan_threshold": 10_000,
    "max_indexing_threads": 0,
    "on_disk": False,
}
# An exact scan of 20,000 vectors of 384 takes 1 ms and misses nothing, so indexing begins later
# than in Qdrant (10,000 KB). A collection may set its own threshold.
OPTIMIZER_DEFAULTS: Json = {
    "deleted_threshold": 0.2,
    "vacuum_min_vector_number": 1000,
    "default_segment_number": 0,
    "max_segment_size": None,
    "memmap_threshold": None,
    "indexing_threshold": 40_000,
    "flush_interval_sec": 5,
    "max_optimization_threads": None,
}
WAL_DEFAULTS: Json = {"wal_capacity_mb": 32, "wal_segments_ahead": 0}


class DenseParams(Struct, omit_defaults=True):
    """A dense (or multi) vector of the collection."""

    size: Annotated[int, Meta(ge=1, le=65536)]
    distance: Literal["Cosine", "Euclid", "Dot", "Manhattan"]
    hnsw_config: Json | None = None
    quantization_config: Json | None = None
    on_disk: bool | None = None
    memory: Literal["cold", "cached", "pinned"] | None = None
    datatype: Literal["float32", "float16", "uint8", "turbo8", "turbo16"] | None = None
    multivector_config: Json | None = None


class SparseIndex(Struct, omit_defaults=True):
    """How a sparse vector is indexed."""

    full_scan_threshold: int | None = None
    on_disk: bool | None = None
    memory: Literal["cold", "cached", "pinned"] | None = None
    datatype: Literal["float32", "float16", "uint8"] | None = None


class SparseParams(Struct, omit_defaults=True):
    """A sparse vector of the collection."""

    index: SparseIndex | None = None
    modifier: Literal["none", "idf"] | None = None


class CollectionConfig(Struct, omit_defaults=True):
    """What a collection was created with and later changed to."""

    vectors: Json | None = None
    sparse_vectors: dict[str, SparseParams] | None = None
    hnsw_config: Json | None = None
    optimizers_config: Json | None = None
    quantization_config: Json | None = None
    wal_config: Json | None = None
    metadata: Json | None = None
    on_disk_payload: bool | None = None
    shard_number: int | None = None
    replication_factor: int | None = None
    write_consistency_factor: int | None = None

    def dense(self) -> dict[str, DenseParams]:
        """Dense vectors by name; the unnamed one has the empty name. Raises RequestError."""
        given = self.vectors or {}
        named = {"": given} if not isinstance(given.get("size", {}), dict) else given
        try:
            return msgspec.convert(named, dict[str, DenseParams])
        except msgspec.ValidationError as error:
            raise bad_body(f"vectors: {error}") from error

    def sparse(self) -> dict[str, SparseParams]:
        """Sparse vectors by name."""
        return self.sparse_vectors or {}

    def indexing_threshold_kb(self) -> int:
        """From how many KB of unindexed vectors on an index is built; 0 means never."""
        return int((OPTIMIZER_DEFAULTS | _given(self.optimizers_config))["indexing_threshold"])


def engine_config(config: CollectionConfig) -> Any:
    """The engine's configuration. Raises RequestError."""
    optimizers = OPTIMIZER_DEFAULTS | _given(config.optimizers_config)
    known = ("deleted_threshold", "vacuum_min_vector_number", "max_segment_size")
    return engine.EdgeConfig(
        vectors={name: _dense(params, config) for name, params in config.dense().items()},
        sparse_vectors={name: _sparse(params) for name, params in config.sparse().items()},
        on_disk_payload=config.on_disk_payload is not False,
        hnsw_config=_hnsw(config.hnsw_config),
        quantization_config=engine_quantization(config.quantization_config),
        optimizers=engine.EdgeOptimizersConfig(
            # The engine has no "never": a threshold that nothing reaches is one.
            indexing_threshold=config.indexing_threshold_kb() or 2**40,
            default_segment_number=optimizers["default_segment_number"] or 0,
            **{name: optimizers[name] for name in known},
        ),
    )


def _given(part: Json | None) -> Json:
    return {key: value for key, value in (part or {}).items() if value is not None}


def _hnsw(*parts: Json | None) -> Any:
    merged = dict(HNSW_DEFAULTS)
    for part in parts:
        merged |= _given(part)
    return engine.HnswIndexConfig(
        int(merged["m"]),
        int(merged["ef_construct"]),
        int(merged["full_scan_threshold"]),
        payload_m=merged.get("payload_m"),
    )


def _dense(params: DenseParams, config: CollectionConfig) -> Any:
    multi = params.multivector_config
    own: Any = params.hnsw_config
    return engine.EdgeVectorParams(
        params.size,
        getattr(engine.Distance, params.distance),
        on_disk=params.on_disk,
        multivector_config=None if multi is None else multivector(),
        datatype=datatype(params.datatype),
        quantization_config=engine_quantization(params.quantization_config),
        hnsw_config=own and _hnsw(config.hnsw_config, own),
        memory=_memory(params.memory),
    )


def _sparse(params: SparseParams) -> Any:
    index = params.index or SparseIndex()
    return engine.EdgeSparseVectorParams(
        full_scan_threshold=index.full_scan_threshold,
        on_disk=index.on_disk,
        modifier=engine.Modifier.Idf if params.modifier == "idf" else None,
        datatype=datatype(index.datatype),
        memory=_memory(index.memory),
    )


def multivector() -> Any:
    """The only comparison of multi vectors there is."""
    return engine.MultiVectorConfig(engine.MultiVectorComparator.MaxSim)


def datatype(name: str | None) -> Any:
    """How the numbers of a vector are stored."""
    return name and getattr(engine.VectorStorageDatatype, name.capitalize())


def _memory(name: str | None) -> Any:
    return name and getattr(engine.Memory, name.capitalize())
