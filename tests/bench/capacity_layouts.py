"""Ways to lay the index out, and what was measured of each."""

from pathlib import Path
from typing import Any

import msgspec

from common.settings import VectorsSettings
from common.vectors import layout as layouts
from common.vectors.collections import DENSE, PAPERS, PASSAGES, SPARSE, Schema
from standalone.vectors.config import CollectionConfig

_DENSE = f"vector_storage-{DENSE}"
KEPT = Path(__file__).parent / "capacity_index.json"


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """One way, by the settings of the index."""

    name: str
    collection: str = PAPERS
    settings: VectorsSettings = VectorsSettings()
    indexes: bool = True
    """Whether payload is indexed, for filters and words."""


_INT8 = VectorsSettings(vectors_quantization="int8")
_INT8_DISK = VectorsSettings(vectors_quantization="int8", vectors_on_disk=True)
LAYOUTS = (
    Layout(name="papers, as shipped"),
    Layout(name="papers, int8", settings=_INT8),
    Layout(name="papers, int8, originals on disk", settings=_INT8_DISK),
    Layout(name="papers without payload indexes", indexes=False),
    Layout(name="passages, as shipped", collection=PASSAGES),
    Layout(name="passages, int8, originals on disk", collection=PASSAGES, settings=_INT8_DISK),
)


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One layout with so many points in it; memory is of a process that answers queries."""

    layout: str
    points: int
    disk_bytes: int
    own_bytes: int
    """Memory that cannot be given back."""
    hot_bytes: int
    """Files that each query reads here and there: they have to stay in memory to be quick."""
    store_s: float
    """CPU for storing, with the words counted in Python."""
    build_s: float
    """CPU for building the graph and the indexes."""
    dense_ms: float
    words_ms: float


def read() -> list[Measured]:
    """What was measured last."""
    return msgspec.json.decode(KEPT.read_bytes(), type=list[Measured])


def config(layout: Layout, dim: int) -> CollectionConfig:
    """The collection as the adapter would make it; its graph is built whatever its size."""
    dense = layouts.dense(dim, layout.settings).model_dump(mode="json", exclude_none=True)
    words = layouts.sparse(layout.settings).model_dump(mode="json", exclude_none=True)
    wanted: dict[str, Any] = {
        "vectors": {DENSE: dense},
        "sparse_vectors": {SPARSE: words},
        "optimizers_config": {"indexing_threshold": 1000},
    }
    return msgspec.convert(wanted, CollectionConfig)


def schema_of(schema: Schema) -> dict[str, Any]:
    """The schema of a payload index as JSON."""
    if hasattr(schema, "value"):
        return {"type": schema.value}
    found: dict[str, Any] = schema.model_dump(mode="json", exclude_none=True)
    return found


def memory() -> int:
    """Of this process alone, in bytes; what it maps of files can be given back."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name == "Anonymous":
            return int(rest.split()[0]) * 1024
    raise RuntimeError("this system does not tell what memory a process has")


def files(layout: Layout, folder: Path) -> dict[str, int]:
    """Bytes on the disk, without the log of writes, and those that queries read all over."""
    sizes = {one: one.stat().st_blocks * 512 for one in folder.rglob("*") if one.is_file()}
    kept = {one.relative_to(folder): size for one, size in sizes.items()}
    segments = {one: size for one, size in kept.items() if one.parts[0] == "segments"}
    hot = ["vector_index-"] if layout.settings.vectors_on_disk else ["vector_index-", _DENSE]
    return {
        "disk_bytes": sum(segments.values()),
        "hot_bytes": sum(
            size for one, size in segments.items() if one.parts[2].startswith(tuple(hot))
        ),
    }
