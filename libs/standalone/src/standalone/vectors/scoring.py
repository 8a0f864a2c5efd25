"""Kinds of query: nearest, recommend, fusion and so on into the engine's own."""

from typing import Any

import qdrant_edge as engine
from msgspec import structs

from standalone.vectors.errors import bad_body, invalid
from standalone.vectors.formulas import formula
from standalone.vectors.query_json import Mmr, Pair, Query, Recommend, Stage
from standalone.vectors.reads import engine_order, page_size
from standalone.vectors.targets import Targets, average
from standalone.vectors.vectors import no_inference, sparse_vector

# Qdrant's own default; larger is flatter.
_RRF_K = 2


def scoring(stage: Stage, targets: Targets) -> Any:
    """The engine's query of one stage, or None. Raises RequestError."""
    asked, using = stage.query, stage.using
    if asked is None:
        return None
    if not isinstance(asked, Query):
        return engine.Query.Nearest(targets.vector(asked), using)
    for name, make in _KINDS.items():
        if getattr(asked, name) is not None:
            return make(asked, stage, targets)
    raise bad_body("query: not one of the kinds of query")


def _nearest(asked: Query, stage: Stage, targets: Targets) -> Any:
    assert asked.nearest is not None
    vector = targets.vector(asked.nearest)
    if asked.mmr is None:
        return engine.Query.Nearest(vector, stage.using)
    return _mmr(vector, asked.mmr, stage)


def _mmr(vector: Any, mmr: Mmr, stage: Stage) -> Any:
    diversity = 0.5 if mmr.diversity is None else mmr.diversity
    candidates = mmr.candidates_limit or page_size(stage.limit)
    return engine.Mmr(vector, 1.0 - diversity, candidates, stage.using)


def _sparse(asked: Query, stage: Stage, _targets: Targets) -> Any:
    return engine.Query.Nearest(sparse_vector(asked.indices, asked.values), stage.using)


def _recommend(asked: Query, stage: Stage, targets: Targets) -> Any:
    wish: Recommend = asked.recommend or Recommend()
    liked = [targets.vector(target) for target in wish.positive or []]
    disliked = [targets.vector(target) for target in wish.negative or []]
    if wish.strategy in (None, "average_vector"):
        return engine.Query.Nearest(average(liked, disliked), stage.using)
    if not liked and not disliked:
        raise invalid("recommend: at least one positive or negative example is required")
    examples = engine.RecommendQuery(liked, disliked)
    if wish.strategy == "best_score":
        return engine.Query.RecommendBestScore(examples, stage.using)
    return engine.Query.RecommendSumScores(examples, stage.using)


def _pairs(given: list[Pair] | Pair | None, targets: Targets) -> list[Any]:
    pairs = given if isinstance(given, list) else [given] if given else []
    return [
        engine.ContextPair(targets.vector(pair.positive), targets.vector(pair.negative))
        for pair in pairs
    ]


def _discover(asked: Query, stage: Stage, targets: Targets) -> Any:
    assert asked.discover is not None
    target, pairs = asked.discover.target, asked.discover.context
    wish = engine.DiscoverQuery(targets.vector(target), _pairs(pairs, targets))
    return engine.Query.Discover(wish, stage.using)


def _context(asked: Query, stage: Stage, targets: Targets) -> Any:
    return engine.Query.Context(engine.ContextQuery(_pairs(asked.context, targets)), stage.using)


def _feedback(asked: Query, stage: Stage, targets: Targets) -> Any:
    assert asked.relevance_feedback is not None
    given = asked.relevance_feedback
    items = [engine.FeedbackItem(targets.vector(i.example), i.score) for i in given.feedback]
    naive = engine.NaiveFeedbackStrategy(*structs.astuple(given.strategy.naive))
    wish = engine.FeedbackNaiveQuery(targets.vector(given.target), items, naive)
    return engine.Query.FeedbackNaive(wish, stage.using)


def _order(asked: Query, _stage: Stage, _targets: Targets) -> Any:
    assert asked.order_by is not None
    return engine_order(asked.order_by)


def _fusion(asked: Query, _stage: Stage, _targets: Targets) -> Any:
    return engine.Fusion.Dbsf() if asked.fusion == "dbsf" else engine.Fusion.Rrf(_RRF_K)


def _rrf(asked: Query, _stage: Stage, _targets: Targets) -> Any:
    assert asked.rrf is not None
    return engine.Fusion.Rrf(asked.rrf.k or _RRF_K, asked.rrf.weights)


def _formula(asked: Query, _stage: Stage, _targets: Targets) -> Any:
    return formula(asked.formula, asked.defaults)


def _sample(_asked: Query, _stage: Stage, _targets: Targets) -> Any:
    return engine.Sample.Random


def _text(asked: Query, stage: Stage, _targets: Targets) -> Any:
    if isinstance(asked.text, dict) and "query" in asked.text:
        return engine.TextQuery(stage.using or "", asked.text["query"])
    raise no_inference()


def _no_model(_asked: Query, _stage: Stage, _targets: Targets) -> Any:
    raise no_inference()


_KINDS = {
    "nearest": _nearest,
    "indices": _sparse,
    "recommend": _recommend,
    "discover": _discover,
    "context": _context,
    "relevance_feedback": _feedback,
    "order_by": _order,
    "fusion": _fusion,
    "rrf": _rrf,
    "formula": _formula,
    "sample": _sample,
    "text": _text,
    "image": _no_model,
    "object": _no_model,
}
