"""From likes to what is asked of the index, and to the reason of what it answers."""

import numpy as np

from common import bm25
from common.ranking.fusing import MEANING, Standing
from common.recommending.background import Matrix, usual
from common.recommending.behaviour import Others
from common.recommending.learned import Example, learned
from common.recommending.likes import Likes
from common.recommending.reasons import OTHERS
from common.recommending.saying import Saying
from common.vectors.points import PaperPoint
from common.vectors.stored import Stored

USUAL = usual(np.eye(3, dtype=np.float32), [])


def stored(paper: str, title: str, row: list[float], *authors: str) -> Stored:
    point = PaperPoint(paper=paper, version=1, title=title, authors=authors)
    return Stored(point, np.array(row, np.float32), bm25.document(title))


THERE = {
    "a": stored("a", "Diffusion of ice", [1, 0, 0], "A", "B"),
    "b": stored("b", "Melting ice", [0, 1, 0], "A"),
    "bare": stored("bare", "Not embedded", []),
}


def row(*numbers: float) -> Matrix:
    return np.array([numbers], np.float32)


def test_what_is_not_there_or_has_no_vector_is_passed_over() -> None:
    told = learned(Likes(liked=("gone", "a", "bare", "b")), THERE, USUAL)
    assert [one.point.paper for one in told.liked] == ["a", "b"]
    assert told.names == {"A": 1.0, "B": 0.5}
    assert told.shared == 1.0


def test_nothing_liked_asks_nothing() -> None:
    for likes in (Likes(), Likes(liked=("gone",)), Likes(disliked=("a",))):
        told = learned(likes, THERE, USUAL)
        assert told.direction is None
        assert not told.words.indices
        assert not told.names


def test_a_text_alone_is_enough() -> None:
    told = learned(Likes(), {}, USUAL, [Example(row(0, 0, 1), bm25.document("quantum ice"))])
    assert told.direction is not None
    assert int(told.direction[0].argmax()) == 2
    assert set(told.words.indices) == set(bm25.query("quantum ice").indices)
    assert told.names == {}


def test_a_reason_points_to_the_nearest_liked_paper() -> None:
    likes = Likes(liked=("a", "b"))
    saying = Saying(likes, learned(likes, THERE, USUAL))
    found = stored("x", "Ice sheets", [0.1, 0.9, 0])
    meant = (Standing(MEANING, 1, 0.9, 0.9),)
    assert saying.reason(found, meant) == "Close to “Melting ice”, which you liked; shares ice"
    far = stored("y", "Ice sheets", [0, 0, 1])
    assert saying.reason(far, meant) == "Shares ice"
    assert saying.reason(stored("z", "Nothing", []), meant) == "Like what you like"


def test_a_reason_counts_the_other_people() -> None:
    likes = Likes(liked=("a",))
    others = Others([("a", "x"), ("a", "x"), ("x",)])
    saying = Saying(likes, learned(likes, THERE, USUAL), others)
    said = saying.reason(stored("x", "X", [0, 0, 1]), (Standing(OTHERS, 1, 1.0, 0.7),))
    assert said == "2 people who like what you like like it too"
