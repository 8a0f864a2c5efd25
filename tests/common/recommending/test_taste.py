"""What liked papers have in common."""

import numpy as np
import pytest

from common import bm25
from common.recommending import taste
from common.recommending.background import Matrix, usual
from common.recommending.recipe import RECIPE

CHANCE = np.random.default_rng(3)
NONE = np.zeros((0, 4), np.float32)
SAMPLE = CHANCE.normal([5.0, 0.0, 0.0, 0.0], [3.0, 1.0, 1.0, 1.0], (400, 4)).astype(np.float32)
TEXTS = ["the usual method of graphs", "the usual method of proteins", "the usual method of ice"]
USUAL = usual(SAMPLE, [bm25.document(text) for text in TEXTS])


def row(*numbers: float) -> Matrix:
    return np.array([numbers], np.float32)


def test_what_all_papers_have_says_nothing() -> None:
    found = taste.direction(row(5, 1, 0, 0), [1.0], NONE, USUAL)
    assert found is not None
    assert found.shape == (1, 4)
    assert abs(float(np.linalg.norm(found)) - 1) < 1e-5
    assert found[0, 1] > 0.9


def test_what_varies_anyway_counts_less() -> None:
    found = taste.direction(row(6, 1, 0, 0), [1.0], NONE, USUAL)
    assert found is not None
    assert found[0, 1] > 3 * abs(found[0, 0])


def test_disliked_papers_push_away() -> None:
    liked = row(5, 1, 1, 0)
    with_both = taste.direction(liked, [1.0], NONE, USUAL)
    without = taste.direction(liked, [1.0], row(5, 0, 1, 0), USUAL)
    assert with_both is not None
    assert without is not None
    assert without[0, 2] < with_both[0, 2]


def test_weights_turn_the_direction() -> None:
    both = np.concatenate([row(5, 1, 0, 0), row(5, 0, 1, 0)])
    found = taste.direction(both, [1.0, 0.2], NONE, USUAL)
    assert found is not None
    assert found[0, 1] > found[0, 2]


def test_a_single_paper_in_the_index_has_no_direction() -> None:
    alone = usual(row(1, 0, 0, 0), [bm25.document("alone")])
    assert taste.direction(row(1, 0, 0, 0), [1.0], NONE, alone) is None


def test_rare_words_lead() -> None:
    liked = [bm25.document("a method of proteins"), bm25.document("folding proteins")]
    query = taste.words(liked, [1.0, 1.0], [], USUAL)
    weights = dict(zip(query.indices, query.values, strict=True))
    (protein,), (method,) = bm25.query("proteins").indices, bm25.query("method").indices
    assert weights[protein] > weights[method]
    assert query.indices == sorted(query.indices)


def test_disliked_words_are_taken_away() -> None:
    liked = [bm25.document("proteins in ice")]
    (ice,) = bm25.query("ice").indices
    usual_weight = dict(zip(*taste.words(liked, [1.0], [], USUAL), strict=True))[ice]
    without = taste.words(liked, [1.0], [bm25.document("ice")], USUAL)
    assert dict(zip(*without, strict=True))[ice] < usual_weight


def test_a_query_stays_short() -> None:
    long = bm25.document(" ".join(f"word{number}" for number in range(3 * RECIPE.terms)))
    assert len(taste.words([long], [1.0], [], USUAL).indices) == RECIPE.terms


def test_names_by_their_part_of_the_likes() -> None:
    share = taste.names([("A", "B"), ("A",), ("C", "C")], [1.0, 1.0, 2.0])
    assert share == {"A": 0.5, "C": 0.5, "B": 0.25}
    assert list(share) == ["A", "C", "B"]


@pytest.mark.parametrize(
    ("liked", "part"),
    [([], 0.0), ([("A",), ("B",)], 0.0), ([("A",), ("A", "B"), ("C",), ()], 0.5), ([("A",)], 0.0)],
)
def test_shared_authors(liked: list[tuple[str, ...]], part: float) -> None:
    assert taste.shared(liked) == part


def test_a_name_on_many_papers_counts_less() -> None:
    found = {"1": ("Rare",), **{str(at): ("Common",) for at in range(2, 12)}, "12": ("Nobody",)}
    ranked = taste.by_authors(found, {"Rare": 0.5, "Common": 0.5})
    assert ranked[0][0] == "1"
    assert "12" not in dict(ranked)
