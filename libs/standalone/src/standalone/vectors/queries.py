"""Queries: their JSON into the engine's requests, and the answers."""

from typing import Any

import qdrant_edge as engine
from msgspec import structs

from standalone.vectors.errors import engine_call, invalid
from standalone.vectors.filters import engine_filter, excluding
from standalone.vectors.payloads import payload_selector, scored
from standalone.vectors.query_json import Params, QueryBody, Stage
from standalone.vectors.reads import page_size
from standalone.vectors.scoring import scoring
from standalone.vectors.targets import Shards, Targets


def query(shards: Shards, body: QueryBody) -> dict[str, Any]:
    """The best points. Raises RequestError."""
    request = query_request(shards, body)
    with engine_call:
        return {"points": [scored(point) for point in shards(None).query(request)]}


def query_batch(shards: Shards, bodies: list[QueryBody]) -> list[dict[str, Any]]:
    """The best points of several queries, which the engine plans together. Raises RequestError."""
    requests = [query_request(shards, body) for body in bodies]
    with engine_call:
        answers = shards(None).query_batch(engine.QueryBatchRequest(requests))
    return [{"points": [scored(point) for point in points]} for points in answers]


def query_request(shards: Shards, body: QueryBody) -> Any:
    """The engine's request for a query. Raises RequestError."""
    if body.offset is not None and body.offset < 0:
        raise invalid(f"offset: value {body.offset} invalid, must be 0 or larger")
    with engine_call:
        return engine.QueryRequest(
            **_stage(shards, body),
            offset=body.offset,
            with_vector=body.with_vector,
            with_payload=payload_selector(body.with_payload),
        )


def _stage(shards: Shards, stage: Stage) -> dict[str, Any]:
    targets = Targets(shards, stage.using or "", stage.lookup_from)
    wanted = scoring(stage, targets)
    chosen = engine_filter(stage.filter)
    before = stage.prefetch or []
    return {
        "limit": page_size(stage.limit),
        "query": wanted,
        "prefetches": [
            engine.Prefetch(**_stage(shards, part))
            for part in (before if isinstance(before, list) else [before])
        ],
        "filter": excluding(chosen, targets.named) if targets.named else chosen,
        "score_threshold": stage.score_threshold,
        "params": stage.params and _params(stage.params),
    }


def _params(params: Params) -> Any:
    quantized: Any = params.quantization
    acorn: Any = params.acorn
    idf = params.idf
    return engine.SearchParams(
        hnsw_ef=params.hnsw_ef,
        exact=bool(params.exact),
        quantization=quantized and engine.QuantizationSearchParams(*structs.astuple(quantized)),
        indexed_only=bool(params.indexed_only),
        acorn=acorn and engine.AcornSearchParams(*structs.astuple(acorn)),
        idf=None if idf is None or isinstance(idf, str) else _idf(idf.corpus),
    )


def _idf(corpus: Any) -> Any:
    return engine.IdfParams(engine_filter(corpus))
