"""Queries whose hits are grouped by a payload field."""

from typing import Any

from standalone.vectors.errors import engine_call
from standalone.vectors.payloads import scored
from standalone.vectors.queries import query_request
from standalone.vectors.query_json import Groups, QueryBody, Stage, WithLookup
from standalone.vectors.reads import Retrieve, page_size, retrieve
from standalone.vectors.targets import Shards

_GROUP_SIZE = 3
Value = int | str


def query_groups(shards: Shards, body: Groups) -> dict[str, Any]:
    """The best groups, each with its best points. Raises RequestError."""
    limit = page_size(body.limit)
    size = _GROUP_SIZE if body.group_size is None else page_size(body.group_size)
    shard = shards(None)
    total = shard.info().points_count
    wanted = limit * size * 4
    while True:
        hits = _hits(shards, body, wanted)
        groups = _grouped(hits, body.group_by, size)
        best = list(groups.items())[:limit]
        full = len(best) == limit and all(len(members) == size for _, members in best)
        if full or len(hits) < wanted or wanted >= total:
            break
        wanted *= 4
    out = [{"id": value, "hits": members} for value, members in best]
    _fill(shard, body, out)
    _look_up(shards, body.with_lookup, out)
    return {"groups": out}


def _hits(shards: Shards, body: Groups, limit: int) -> list[Any]:
    stage = {name: getattr(body, name) for name in Stage.__struct_fields__}
    wider = QueryBody(**stage | {"limit": limit}, with_payload=[body.group_by])
    with engine_call:
        found: list[Any] = shards(None).query(query_request(shards, wider))
    return found


def _grouped(hits: list[Any], key: str, size: int) -> dict[Value, list[dict[str, Any]]]:
    groups: dict[Value, list[dict[str, Any]]] = {}
    for hit in hits:
        for value in dict.fromkeys(_values(hit.payload or {}, key.split("."))):
            members = groups.setdefault(value, [])
            if len(members) < size:
                members.append(scored(hit))
    return groups


def _values(payload: Any, path: list[str]) -> list[Value]:
    if isinstance(payload, list):
        return [value for part in payload for value in _values(part, path)]
    if path:
        inner = payload.get(path[0].removesuffix("[]")) if isinstance(payload, dict) else None
        return _values(inner, path[1:])
    plain = isinstance(payload, int | str) and not isinstance(payload, bool)
    return [payload] if plain else []


def _fill(shard: Any, body: Groups, groups: list[dict[str, Any]]) -> None:
    """Give the chosen points the payload and vectors that were asked for."""
    ids = [hit["id"] for group in groups for hit in group["hits"]]
    wish = Retrieve(list(dict.fromkeys(ids)), body.with_payload, body.with_vector)
    records = {found["id"]: found for found in retrieve(shard, wish)} if ids else {}
    for group in groups:
        group["hits"] = [hit | records.get(hit["id"], {}) for hit in group["hits"]]


def _look_up(shards: Shards, lookup: str | WithLookup | None, groups: list[dict[str, Any]]) -> None:
    if lookup is None:
        return
    wish = WithLookup(lookup) if isinstance(lookup, str) else lookup
    for group in groups:
        found = retrieve(
            shards(wish.collection), Retrieve([group["id"]], wish.with_payload, wish.with_vectors)
        )
        if found:
            group["lookup"] = found[0]
