"""Routes of points: writes, reads and queries."""

from collections.abc import Callable
from typing import Any, TypeVar

from standalone.vectors import groups, queries, reads, writes
from standalone.vectors.collection import Collection
from standalone.vectors.http import Request
from standalone.vectors.query_json import Groups, Queries, QueryBody
from standalone.vectors.routing import Handler, Routes
from standalone.vectors.store import Store
from standalone.vectors.targets import Shards
from standalone.vectors.write_json import (
    Batch,
    DeletePayload,
    DeleteVectors,
    Selector,
    SetPayload,
    UpdateVectors,
    Upsert,
)

T = TypeVar("T")


def _writer(kind: type[T], make: Callable[[T, Any], Any]) -> Handler:
    async def handle(store: Store, request: Request) -> Any:
        collection = store.get(request.parts[1])
        body = request.json(kind)
        operation = make(body, collection.shapes)
        numbers = await collection.apply([operation], weight=_weight(body), wait=request.wait)
        return _done(numbers[0], request)

    return handle


def _weight(body: Any) -> int:
    points = getattr(body, "points", None)
    batch = getattr(body, "batch", None)
    return len(batch.ids) if batch is not None else len(points or (None,))


def _done(number: int, request: Request) -> dict[str, Any]:
    return {"operation_id": number, "status": "completed" if request.wait else "acknowledged"}


async def _batch(store: Store, request: Request) -> Any:
    collection = store.get(request.parts[1])
    operations = writes.batch(request.json(Batch), collection.shapes)
    weight = len(request.body) // 4096 + 1
    numbers = await collection.apply(operations, weight=weight, wait=request.wait)
    return [_done(number, request) for number in numbers]


def _reader(kind: type[T], read: Callable[[Any, T], Any]) -> Handler:
    async def handle(store: Store, request: Request) -> Any:
        return read(store.get(request.parts[1]).shard, request.json(kind))

    return handle


def _shards(store: Store, collection: Collection) -> Shards:
    return lambda name: (collection if name is None else store.get(name)).shard


def _querier(kind: type[T], ask: Callable[[Shards, T], Any]) -> Handler:
    async def handle(store: Store, request: Request) -> Any:
        return ask(_shards(store, store.get(request.parts[1])), request.json(kind))

    return handle


async def _get_point(store: Store, request: Request) -> Any:
    return reads.get_point(store.get(request.parts[1]).shard, request.parts[3])


def _query_batch(shards: Shards, body: Queries) -> Any:
    return queries.query_batch(shards, body.searches)


_POINTS = "collections/*/points"
ROUTES: Routes = {
    ("PUT", _POINTS): _writer(Upsert, writes.upsert),
    ("POST", f"{_POINTS}/delete"): _writer(Selector, writes.delete),
    ("POST", f"{_POINTS}/payload"): _writer(SetPayload, writes.set_payload),
    ("PUT", f"{_POINTS}/payload"): _writer(SetPayload, writes.overwrite_payload),
    ("POST", f"{_POINTS}/payload/delete"): _writer(DeletePayload, writes.delete_payload),
    ("POST", f"{_POINTS}/payload/clear"): _writer(Selector, writes.clear_payload),
    ("PUT", f"{_POINTS}/vectors"): _writer(UpdateVectors, writes.update_vectors),
    ("POST", f"{_POINTS}/vectors/delete"): _writer(DeleteVectors, writes.delete_vectors),
    ("POST", f"{_POINTS}/batch"): _batch,
    ("POST", _POINTS): _reader(reads.Retrieve, reads.retrieve),
    ("GET", f"{_POINTS}/*"): _get_point,
    ("POST", f"{_POINTS}/scroll"): _reader(reads.Scroll, reads.scroll),
    ("POST", f"{_POINTS}/count"): _reader(reads.Count, reads.count),
    ("POST", "collections/*/facet"): _reader(reads.Facet, reads.facet),
    ("POST", f"{_POINTS}/query"): _querier(QueryBody, queries.query),
    ("POST", f"{_POINTS}/query/batch"): _querier(Queries, _query_batch),
    ("POST", f"{_POINTS}/query/groups"): _querier(Groups, groups.query_groups),
}
