"""The layout that the settings ask for, in Qdrant's own words."""

from typing import Any

import pytest

from common.settings import VectorsSettings, load
from common.vectors import layout


def body(model: Any) -> dict[str, Any]:
    found: dict[str, Any] = model.model_dump(mode="json", exclude_none=True)
    return found


INT8 = {"scalar": {"type": "int8", "quantile": 0.99, "always_ram": True}}


@pytest.mark.parametrize(
    ("environ", "more"),
    [
        ({}, {}),
        ({"VECTORS_ON_DISK": "true"}, {"on_disk": True}),
        ({"VECTORS_QUANTIZATION": "int8"}, {"quantization_config": INT8}),
        (
            {"VECTORS_QUANTIZATION": "int8", "VECTORS_ON_DISK": "true"},
            {"on_disk": True, "quantization_config": INT8},
        ),
    ],
)
def test_the_dense_vector(environ: dict[str, str], more: dict[str, Any]) -> None:
    found = body(layout.dense(384, load(VectorsSettings, environ)))
    graph = {"hnsw_config": {"payload_m": 0}}
    assert found == {"size": 384, "distance": "Cosine", **graph, **more}


@pytest.mark.parametrize(
    ("environ", "spread"),
    [
        ({}, {}),
        ({"VECTORS_SHARDS": "6"}, {"shard_number": 6}),
        (
            {"VECTORS_SHARDS": "6", "VECTORS_COPIES": "2"},
            {"shard_number": 6, "replication_factor": 2},
        ),
    ],
)
def test_the_server_decides_what_is_left_open(
    environ: dict[str, str], spread: dict[str, int]
) -> None:
    assert layout.spread(load(VectorsSettings, environ)) == spread


def test_words_go_to_the_disk_with_the_vectors() -> None:
    assert body(layout.sparse(VectorsSettings())) == {"modifier": "idf"}
    on_disk = layout.sparse(VectorsSettings(vectors_on_disk=True))
    assert body(on_disk) == {"modifier": "idf", "index": {"on_disk": True}}


def test_what_was_quantised_is_compared_again_as_it_was() -> None:
    assert body(layout.SEARCH)["quantization"]["rescore"] is True
