"""The reasons of one person's recommendations, from what was learned of their likes. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from common.ranking.fusing import Standing
from common.recommending import reasons
from common.recommending.behaviour import NOBODY, Others
from common.recommending.learned import Learned
from common.recommending.likes import Likes
from common.recommending.reasons import OTHERS, Evidence
from common.vectors.stored import Stored

NEAR = 0.4
"""A cosine below which a paper is not called close."""
READ_CHARS = 500
"""So much of an abstract is looked through for words to show."""


class Saying(NamedTuple):
    """Knows what a reason can point to."""

    likes: Likes
    learned: Learned
    others: Others = NOBODY

    def reason(self, paper: Stored, standings: Sequence[Standing]) -> str:
        """Why this paper, in one sentence."""
        point = paper.point
        nearest, title = self._nearest(paper)
        authors = reasons.written(point.authors, self._papers_of())
        people = 0
        if any(stood.name == OTHERS for stood in standings):
            people = self.others.witnesses(self.likes.heard, point.paper)
        words: tuple[str, ...] = ()
        if not (nearest and (authors or people)):  # two things are said, and words are dear
            text = f"{point.title} {point.abstract[:READ_CHARS]}"
            words = reasons.telling(text, paper.sparse, self.learned.words)
        evidence = Evidence(nearest, title, words, authors, people)
        return reasons.reason(evidence, self.likes, standings)

    def _nearest(self, paper: Stored) -> tuple[str, str]:
        liked = self.learned.liked
        if not liked or not len(paper.dense):
            return "", ""
        near = np.stack([one.dense for one in liked]) @ paper.dense
        at = int(near.argmax())
        return (liked[at].point.paper, liked[at].point.title) if near[at] >= NEAR else ("", "")

    def _papers_of(self) -> Counter[str]:
        return Counter(name for one in self.learned.liked for name in set(one.point.authors))
