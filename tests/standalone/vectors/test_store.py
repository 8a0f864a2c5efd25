"""A store on the disk: what is found again, what is swept away, who may open it."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
import qdrant_edge as engine

from standalone.vectors.catalog import AliasAction
from standalone.vectors.config import CollectionConfig
from standalone.vectors.errors import RequestError
from standalone.vectors.reads import Scroll, scroll
from standalone.vectors.store import FolderInUseError, Store

CONFIG = CollectionConfig(vectors={"size": 2, "distance": "Dot"})


def _point(number: int, version: int) -> Any:
    points = [engine.Point(number, [1.0, 2.0], {"v": version})]
    return engine.UpdateOperation.upsert_points(points)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "data")
    made.open()
    return made


async def test_writes_and_aliases_are_found_again(store: Store) -> None:
    store.create("a", CONFIG)
    alias = {"create_alias": {"collection_name": "a", "alias_name": "now"}}
    store.change_aliases([msgspec.convert(alias, AliasAction)])
    assert await store.get("now").apply([_point(1, 1), _point(1, 2)], wait=True) == [0, 1]
    store.close()
    again = Store(store.folder)
    again.open()
    assert scroll(again.get("now").shard, Scroll())["points"] == [{"id": 1, "payload": {"v": 2}}]
    again.close()


async def test_deleted_and_unfinished_folders_are_swept(store: Store) -> None:
    store.create("a", CONFIG)
    store.create("b", CONFIG)
    assert await store.delete("a")
    assert not await store.delete("a")
    (store.shards_folder / "half-made").mkdir()
    (store.shards_folder / "half.download").touch()
    store.close()
    again = Store(store.folder)
    again.open()
    kept = [path.name for path in again.shards_folder.iterdir()]
    assert kept == [again.entry("b").folder]
    again.close()


def test_second_store_on_the_folder_is_refused(store: Store) -> None:
    with pytest.raises(FolderInUseError):
        Store(store.folder)
    store.close()
    Store(store.folder).close()


def test_bad_collection_leaves_nothing(store: Store) -> None:
    bad = CollectionConfig(vectors={"size": 2, "distance": "Near"})
    with pytest.raises(RequestError):
        store.create("a", bad)
    assert (store.collections, list(store.shards_folder.iterdir())) == ({}, [])
    store.create("a", CONFIG)
    with pytest.raises(RequestError, match="already exists"):
        store.create("a", CONFIG)
    store.close()


async def test_writes_are_recorded_while_an_index_is_built(store: Store) -> None:
    store.create("a", CONFIG)
    collection = store.get("a")
    collection.start_recording()
    await collection.apply([_point(1, 7)], wait=False)
    missing = engine.UpdateOperation.set_payload([9], {"x": 1})
    with pytest.raises(RequestError):
        await collection.apply([missing], wait=False)
    assert len(collection.stop_recording()) == 2
    assert collection.stop_recording() == []
    store.close()
