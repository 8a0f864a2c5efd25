"""The JSON of queries."""

from typing import Any, Literal

from msgspec import Struct

from standalone.vectors.conditions import Condition, PointId
from standalone.vectors.payloads import WithPayload, WithVector
from standalone.vectors.reads import Order

# A dense or multi vector, a point's id, or an object: a sparse vector or a text to embed.
Target = list[float | list[float]] | PointId | dict[str, Any]


class Pair(Struct):
    """What is wanted and what is not."""

    positive: Target
    negative: Target


class Mmr(Struct):
    """Reranking for diversity."""

    diversity: float | None = None
    candidates_limit: int | None = None


class Recommend(Struct):
    """Examples to be like and to be unlike."""

    positive: list[Target] | None = None
    negative: list[Target] | None = None
    strategy: Literal["average_vector", "best_score", "sum_scores"] | None = None


class Discover(Struct):
    """A target inside a context."""

    target: Target
    context: list[Pair] | Pair | None = None


class Rated(Struct):
    """A point and how good it was."""

    example: Target
    score: float


class Naive(Struct):
    """Coefficients of the naive strategy."""

    a: float
    b: float
    c: float


class Strategy(Struct):
    """How feedback is used."""

    naive: Naive


class Feedback(Struct):
    """A target and rated results."""

    target: Target
    feedback: list[Rated]
    strategy: Strategy


class Rrf(Struct):
    """Reciprocal rank fusion."""

    k: int | None = None
    weights: list[float] | None = None


class Query(Struct, forbid_unknown_fields=True):
    """A query written as an object: the field that is set says which."""

    nearest: Target | None = None
    mmr: Mmr | None = None
    recommend: Recommend | None = None
    discover: Discover | None = None
    context: list[Pair] | Pair | None = None
    order_by: str | Order | None = None
    fusion: Literal["rrf", "dbsf"] | None = None
    rrf: Rrf | None = None
    formula: Any = None
    defaults: dict[str, Any] | None = None
    sample: Literal["random"] | None = None
    relevance_feedback: Feedback | None = None
    indices: list[int] | None = None
    values: list[float] | None = None
    text: str | dict[str, Any] | None = None
    image: Any = None
    object: Any = None
    model: str | None = None
    options: dict[str, Any] | None = None


class Quantized(Struct):
    """How quantized vectors are searched."""

    ignore: bool = False
    rescore: bool | None = None
    oversampling: float | None = None


class Acorn(Struct):
    """Filtered graph search."""

    enable: bool = False
    max_selectivity: float | None = None


class Corpus(Struct):
    """The points over which IDF is computed."""

    corpus: Condition


class Params(Struct):
    """How a search is made."""

    hnsw_ef: int | None = None
    exact: bool | None = None
    quantization: Quantized | None = None
    indexed_only: bool | None = None
    acorn: Acorn | None = None
    idf: Literal["global"] | Corpus | None = None


class Lookup(Struct):
    """Another collection in which ids are looked up."""

    collection: str
    vector: str | None = None


class Stage(Struct):
    """What a query and a prefetch have in common."""

    prefetch: "list[Stage] | Stage | None" = None
    query: list[float | list[float]] | PointId | Query | None = None
    using: str | None = None
    filter: Condition | None = None
    params: Params | None = None
    score_threshold: float | None = None
    limit: int | None = None
    lookup_from: Lookup | None = None


class QueryBody(Stage):
    """A query."""

    offset: int | None = None
    with_vector: WithVector = False
    with_payload: WithPayload = False


class Queries(Struct):
    """Several queries."""

    searches: list[QueryBody]


class WithLookup(Struct):
    """Where the group's own point is found."""

    collection: str
    with_payload: WithPayload = True
    with_vectors: WithVector = False


class Groups(Stage, kw_only=True):
    """A query whose hits are grouped by a payload field."""

    group_by: str
    group_size: int | None = None
    with_vector: WithVector = False
    with_payload: WithPayload = True
    with_lookup: str | WithLookup | None = None
