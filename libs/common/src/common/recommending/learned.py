"""What is asked of the index for somebody's likes. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from common.bm25 import Sparse
from common.recommending import taste
from common.recommending.background import Background, Matrix
from common.recommending.likes import Likes
from common.vectors.stored import Stored


class Example(NamedTuple):
    """A text that is no paper of the index, such as an uploaded PDF."""

    dense: Matrix
    """1 × dim."""
    sparse: Sparse


class Learned(NamedTuple):
    """What liked papers have in common; empty parts are not asked."""

    direction: Matrix | None
    """1 × dim."""
    words: Sparse
    names: dict[str, float]
    """Authors, and what part of the likes each has."""
    shared: float
    """The part of liked papers that have an author in common with another one."""
    liked: tuple[Stored, ...]


def learned(
    likes: Likes,
    there: dict[str, Stored],
    background: Background,
    examples: Sequence[Example] = (),
) -> Learned:
    """From those of the papers that are there with their vectors, and from texts."""
    known = {paper: one for paper, one in there.items() if len(one.dense)}
    liked = tuple(known[paper] for paper in likes.heard if paper in known)
    refused = [known[paper] for paper in likes.refused if paper in known]
    weights = [likes.weight(one.point.paper) for one in liked] + [1.0] * len(examples)
    rows = [one.dense for one in liked] + [one.dense[0] for one in examples]
    if not rows:
        return Learned(None, Sparse([], []), {}, 0.0, ())
    sparse = [one.sparse for one in liked] + [one.sparse for one in examples]
    away = np.array([one.dense for one in refused], np.float32)
    authors = [one.point.authors for one in liked]
    return Learned(
        taste.direction(np.stack(rows), weights, away, background),
        taste.words(sparse, weights, [one.sparse for one in refused], background),
        taste.names(authors, weights[: len(liked)]),
        taste.shared(authors),
        liked,
    )
