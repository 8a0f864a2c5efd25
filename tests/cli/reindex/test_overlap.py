"""How much two models agree."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from cli.reindex.overlap import Agreement, Query, Side, compare
from common.vectors.adapter import Vectors
from common.vectors.points import Hit, PaperPoint


class Fixed:
    """A model and an index that answer from a table; both ways to search the same."""

    model = "fixed"
    dim = 1

    def __init__(self, answers: dict[str, str]) -> None:
        self._answers = answers
        self._asked = ""

    async def embed(self, texts: Sequence[str]) -> Any:
        (self._asked,) = texts
        return np.zeros((1, 1), dtype=np.float32)

    async def close(self) -> None:
        return None

    async def search(self, *args: Any, limit: int) -> tuple[Hit, ...]:
        found = self._answers.get(self._asked, "")[:limit]
        return tuple(
            Hit(paper=PaperPoint(paper=one, version=1, title=""), score=1) for one in found
        )


def side(**answers: str) -> Side:
    fixed = Fixed(answers)
    return Side(fixed, cast(Vectors, fixed))


@pytest.mark.parametrize(
    ("old", "new", "overlap"),
    [
        ("abcdefghij", "abcdefghij", 1.0),
        ("abcdefghij", "jihgfedcba", 1.0),
        ("abcdefghij", "abcdeklmno", 0.5),
        ("abcd", "abxy", 0.5),
        ("abc", "", 0.0),
        ("", "", 1.0),
    ],
)
async def test_overlap_is_what_both_lists_have(old: str, new: str, overlap: float) -> None:
    told = await compare(side(q=old), side(q=new), [Query("q")])
    assert told == Agreement(
        queries=1, overlap_at_10=overlap, semantic_overlap_at_10=overlap, own_at_10=None
    )


async def test_a_title_must_find_its_own_paper() -> None:
    queries = [Query("q", "a"), Query("r", "b"), Query("s")]
    told = await compare(side(q="abc", r="bc", s="x"), side(q="abc", r="cd", s="x"), queries)
    assert told.own_at_10 == (1.0, 0.5)
    assert told.overlap_at_10 == pytest.approx((1 + 0.5 + 1) / 3, abs=1e-4)


async def test_nothing_asked_is_no_agreement() -> None:
    assert (await compare(side(), side(), [])).overlap_at_10 == 0.0
