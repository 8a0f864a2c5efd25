"""A collection's configuration is changed and described."""

from typing import Any

import pytest

from standalone.vectors.changes import changed, described
from standalone.vectors.config import CollectionConfig, SparseParams, engine_config
from standalone.vectors.errors import RequestError

UNNAMED = CollectionConfig(vectors={"size": 2, "distance": "Dot"})
NAMED = CollectionConfig(
    vectors={"d": {"size": 2, "distance": "Dot"}},
    sparse_vectors={"s": SparseParams(modifier="idf")},
    hnsw_config={"m": 8},
)


def test_changes_are_merged() -> None:
    new = changed(NAMED, {"hnsw_config": {"ef_construct": 50}, "vectors": {"d": {"on_disk": True}}})
    assert new.hnsw_config == {"m": 8, "ef_construct": 50}
    assert new.dense()["d"].on_disk is True
    assert new.sparse()["s"].modifier == "idf"
    assert NAMED.hnsw_config == {"m": 8}


def test_the_unnamed_vector_and_params_are_changed() -> None:
    new = changed(
        UNNAMED, {"vectors": {"": {"on_disk": True}}, "params": {"on_disk_payload": False}}
    )
    assert new.dense()[""].on_disk is True
    assert new.on_disk_payload is False


def test_quantization_is_set_and_disabled() -> None:
    on = changed(NAMED, {"quantization_config": {"scalar": {"type": "int8"}}})
    assert on.quantization_config == {"scalar": {"type": "int8"}}
    assert changed(on, {"quantization_config": "Disabled"}).quantization_config is None


@pytest.mark.parametrize(
    "changes", [{"vectors": {"no": {}}}, {"hnsw_config": 7}, {"sparse_vectors": {"s": 3}}]
)
def test_bad_change_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        changed(NAMED, changes)


def test_description_has_the_defaults() -> None:
    told = described(NAMED)
    assert told["params"]["vectors"] == {"d": {"size": 2, "distance": "Dot"}}
    assert told["params"]["sparse_vectors"] == {"s": {"modifier": "idf"}}
    assert (told["hnsw_config"]["m"], told["hnsw_config"]["ef_construct"]) == (8, 100)
    assert told["optimizer_config"]["flush_interval_sec"] == 5
    assert told["wal_config"]["wal_capacity_mb"] == 32


@pytest.mark.parametrize(
    "quantization",
    [
        {"scalar": {"type": "int8", "quantile": 0.99, "always_ram": True}},
        {"product": {"compression": "x16"}},
        {"binary": {"always_ram": True, "encoding": "two_bits", "query_encoding": "scalar8bits"}},
        {"turbo": {"bits": "bits4"}},
    ],
)
def test_engine_takes_every_quantization(quantization: dict[str, Any]) -> None:
    config = CollectionConfig(vectors=UNNAMED.vectors, quantization_config=quantization)
    kind = next(iter(quantization)).capitalize()
    assert kind in str(engine_config(config).quantization_config)


def test_size_and_distance_are_checked() -> None:
    for vectors in ({"size": 0, "distance": "Dot"}, {"size": 2, "distance": "Far"}):
        with pytest.raises(RequestError, match="vectors"):
            CollectionConfig(vectors=vectors).dense()
