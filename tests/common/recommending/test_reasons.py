"""Why a paper is recommended, in words."""

import pytest

from common import bm25
from common.ranking.fusing import MEANING, WORDS, Standing
from common.recommending import reasons
from common.recommending.likes import Likes
from common.recommending.reasons import AUTHORS, OTHERS, Evidence

LIKES = Likes(liked=("l", "t", "k"), tags={"ml": ("t",)}, kept=frozenset("k"))
FULL = Evidence("l", "Diffusion models", ("diffusion",), (("A. Author", 3),), 4)


def stood(**shares: float) -> list[Standing]:
    return [Standing(name, 1, 1.0, share) for name, share in shares.items()]


@pytest.mark.parametrize(
    ("evidence", "standings", "said"),
    [
        (FULL, {AUTHORS: 0.8, MEANING: 0.1},
         "By A. Author, of 3 papers you liked; close to “Diffusion models”, which you liked"),
        (FULL._replace(title="DM"), {OTHERS: 0.5, MEANING: 0.2},
         "4 people who like what you like like it too; close to “DM”, which you liked"),
        (FULL._replace(authors=(), people=0), {WORDS: 0.5, MEANING: 0.1},
         "Close to “Diffusion models”, which you liked; shares diffusion"),
        (Evidence("t", "T", (), (), 0), {MEANING: 1.0}, "Close to “T”, which you tagged ml"),
        (Evidence("k", "K", (), (), 0), {MEANING: 1.0},
         "Close to “K”, which is on your reading list"),
        (Evidence(people=1), {OTHERS: 1.0}, "Somebody who likes what you like likes it too"),
        (Evidence(authors=(("A", 1), ("B", 1))), {AUTHORS: 1.0},
         "By A and B, of a paper you liked"),
        (Evidence(), {MEANING: 1.0}, "Like what you like"),
        (Evidence("l", "long " * 40), {MEANING: 1.0},
         f"Close to “{('long ' * 18)[:89]} …”, which you liked"),
    ],
)  # fmt: skip
def test_what_counted_most_comes_first(
    evidence: Evidence, standings: dict[str, float], said: str
) -> None:
    assert reasons.reason(evidence, LIKES, stood(**standings)) == said


def test_what_one_did_is_named() -> None:
    near = Likes(liked=("l",), verb="chose")
    assert reasons.reason(Evidence("l", "T"), near, ()) == "Close to “T”, which you chose"


def test_words_are_shown_as_the_paper_writes_them() -> None:
    text = "Score matching (DDPM): scores, and unrelated words"
    query = bm25.query("scores ddpm match absent")
    found = reasons.telling(text, bm25.document(text), query)
    assert set(found) == {"score", "matching", "DDPM"}


def test_known_authors_of_most_liked_papers_first() -> None:
    assert reasons.written(("X", "A", "B", "C"), {"A": 1, "B": 5, "C": 2}) == (("B", 5), ("C", 2))
