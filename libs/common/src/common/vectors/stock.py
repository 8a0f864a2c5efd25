"""What a model's collections hold, paper by paper."""

from typing import TYPE_CHECKING, Any, NamedTuple

from common.vectors.translated import translated

if TYPE_CHECKING:
    from common.vectors.adapter import Vectors

PAGE = 1000
_FIELDS = ["paper", "version", "gen", "summary_model"]


class There(NamedTuple):
    """One paper as it is stored."""

    version: int
    gen: int
    passages: int
    has_summary: bool


async def stock(vectors: "Vectors") -> dict[str, There]:
    """Every paper in the collections of one model, with the passages that are really there."""
    passages = await _passages(vectors)
    found: dict[str, There] = {}
    after: Any = None
    while True:
        with translated():
            records, after = await vectors.client.scroll(
                vectors.papers, limit=PAGE, offset=after, with_payload=_FIELDS
            )
        for record in records:
            given = record.payload or {}
            paper = str(given.get("paper", ""))
            found[paper] = There(
                version=int(given.get("version", 0)),
                gen=int(given.get("gen", 0)),
                passages=passages.get(paper, 0),
                has_summary=bool(given.get("summary_model")),
            )
        if after is None:
            return found


async def _passages(vectors: "Vectors") -> dict[str, int]:
    with translated():
        most = (await vectors.client.count(vectors.papers, exact=True)).count + PAGE
        answer = await vectors.client.facet(vectors.texts, "paper", limit=most, exact=True)
    return {str(hit.value): hit.count for hit in answer.hits}
