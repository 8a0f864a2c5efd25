"""Routes of collections, aliases, payload indexes and snapshots."""

from typing import Any

from standalone.vectors import indexes, snapshots
from standalone.vectors.catalog import AliasActions
from standalone.vectors.changes import described
from standalone.vectors.config import CollectionConfig
from standalone.vectors.http import Download, Request
from standalone.vectors.routing import Routes
from standalone.vectors.store import Store


async def _list(store: Store, _request: Request) -> Any:
    return {"collections": [{"name": name} for name in store.catalog.collections]}


async def _create(store: Store, request: Request) -> Any:
    store.create(request.parts[1], request.json(CollectionConfig))
    return True


async def _delete(store: Store, request: Request) -> Any:
    return await store.delete(request.parts[1])


async def _update(store: Store, request: Request) -> Any:
    store.reconfigure(request.parts[1], request.json(dict[str, Any]))
    return True


async def _exists(store: Store, request: Request) -> Any:
    name = request.parts[1]
    return {"exists": store.catalog.aliases.get(name, name) in store.collections}


async def _info(store: Store, request: Request) -> Any:
    name = request.parts[1]
    collection, entry = store.get(name), store.entry(name)
    info = collection.shard.info()
    return {
        "status": "yellow" if collection.indexing else "green",
        "optimizer_status": "ok",
        "indexed_vectors_count": info.indexed_vectors_count,
        "points_count": info.points_count,
        "segments_count": info.segments_count,
        "config": described(entry.config),
        "payload_schema": indexes.schema_json(info, entry.indexes),
    }


async def _change_aliases(store: Store, request: Request) -> Any:
    store.change_aliases(request.json(AliasActions).actions)
    return True


async def _aliases(store: Store, request: Request) -> Any:
    one = request.parts[0] == "collections"
    wanted = store.catalog.resolve(request.parts[1]) if one else None
    pairs = [
        {"alias_name": alias, "collection_name": name}
        for alias, name in store.catalog.aliases.items()
        if wanted in (None, name)
    ]
    return {"aliases": pairs}


async def _create_index(store: Store, request: Request) -> Any:
    name = request.parts[1]
    collection, body = store.get(name), request.json(indexes.FieldIndex)
    schema = body.schema()
    operation = indexes.create_index(body.field_name, schema)
    numbers = await collection.apply([operation], wait=True)
    store.entry(name).indexes[body.field_name] = schema
    store.save()
    return {"operation_id": numbers[0], "status": "completed"}


async def _delete_index(store: Store, request: Request) -> Any:
    name, field = request.parts[1], request.parts[3]
    numbers = await store.get(name).apply([indexes.delete_index(field)], wait=True)
    store.entry(name).indexes.pop(field, None)
    store.save()
    return {"operation_id": numbers[0], "status": "completed"}


async def _create_snapshot(store: Store, request: Request) -> Any:
    return await snapshots.create(store, request.parts[1])


async def _list_snapshots(store: Store, request: Request) -> Any:
    return snapshots.listed(store, request.parts[1])


async def _download_snapshot(store: Store, request: Request) -> Any:
    return Download(snapshots.find(store, request.parts[1], request.parts[3]))


async def _delete_snapshot(store: Store, request: Request) -> Any:
    return snapshots.remove(store, request.parts[1], request.parts[3])


async def _recover(store: Store, request: Request) -> Any:
    return await snapshots.recover(store, request.parts[1], request.json(snapshots.Recover))


_ONE = "collections/*"
ROUTES: Routes = {
    ("GET", "collections"): _list,
    ("PUT", _ONE): _create,
    ("DELETE", _ONE): _delete,
    ("PATCH", _ONE): _update,
    ("GET", _ONE): _info,
    ("GET", f"{_ONE}/exists"): _exists,
    ("POST", "collections/aliases"): _change_aliases,
    ("GET", "aliases"): _aliases,
    ("GET", f"{_ONE}/aliases"): _aliases,
    ("PUT", f"{_ONE}/index"): _create_index,
    ("DELETE", f"{_ONE}/index/*"): _delete_index,
    ("POST", f"{_ONE}/snapshots"): _create_snapshot,
    ("GET", f"{_ONE}/snapshots"): _list_snapshots,
    ("GET", f"{_ONE}/snapshots/*"): _download_snapshot,
    ("DELETE", f"{_ONE}/snapshots/*"): _delete_snapshot,
    ("PUT", f"{_ONE}/snapshots/recover"): _recover,
}
