"""How vectors are stored and looked through, measured in docs/scale.md; the settings decide."""

from typing import Any

from qdrant_client import models

from common.settings import VectorsSettings

# So Qdrant's own graph (16 links, 100 looked at in building it) finds 98 % of the ten nearest;
# 200 looked at find 99 % for twice the time. Quantised vectors are compared again as they were,
# which costs little and gives back what they lost.
#
# No graph of its own for each frequent value of the payload: with those, the index of 100,000
# papers took more than 7 minutes to build, without them 69 s. A filter then cuts links out of the
# one graph; ACORN goes on over the points that it leaves out (Patel et al., 2024): of the ten
# nearest among 44 % of 50,000 papers 0.99 are found instead of 0.91, for twice the time.
SEARCH = models.SearchParams(
    hnsw_ef=128,
    quantization=models.QuantizationSearchParams(rescore=True),
    acorn=models.AcornSearchParams(enable=True, max_selectivity=0.75),
)
_GRAPH = models.HnswConfigDiff(payload_m=0)
_INT8 = models.ScalarQuantization(
    scalar=models.ScalarQuantizationConfig(
        type=models.ScalarType.INT8, quantile=0.99, always_ram=True
    )
)


def dense(dim: int, settings: VectorsSettings) -> models.VectorParams:
    """The dense vector of a new collection."""
    return models.VectorParams(
        size=dim,
        distance=models.Distance.COSINE,
        hnsw_config=_GRAPH,
        on_disk=settings.vectors_on_disk or None,
        quantization_config=_INT8 if settings.vectors_quantization == "int8" else None,
    )


def sparse(settings: VectorsSettings) -> models.SparseVectorParams:
    """The words of a new collection."""
    index = models.SparseIndexParams(on_disk=True) if settings.vectors_on_disk else None
    return models.SparseVectorParams(modifier=models.Modifier.IDF, index=index)


def spread(settings: VectorsSettings) -> dict[str, Any]:
    """Over how many nodes, where the server is not left to decide."""
    wanted = {
        "shard_number": settings.vectors_shards,
        "replication_factor": settings.vectors_copies,
    }
    return {name: number for name, number in wanted.items() if number}
