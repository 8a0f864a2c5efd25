"""What somebody says of papers, as far as recommendations learn from it."""

from collections.abc import Mapping

import msgspec

from common.recommending.recipe import RECIPE


class Likes(msgspec.Struct, frozen=True, kw_only=True):
    """Papers are named by their keys, those spoken of last first."""

    liked: tuple[str, ...] = ()
    """Everything wanted: liked, tagged, on the reading list; similar papers: those looked at."""
    disliked: tuple[str, ...] = ()
    weights: Mapping[str, float] = {}
    """How much a liked paper says, where it is not the usual."""
    tags: Mapping[str, tuple[str, ...]] = {}
    """The papers of each tag."""
    kept: frozenset[str] = frozenset()
    """Papers on the reading list."""
    skip: frozenset[str] = frozenset()
    """Papers that must not come up, beside the liked and the disliked."""

    verb: str = "liked"
    """What one did with them, for reasons: which you …"""

    @property
    def heard(self) -> tuple[str, ...]:
        """The liked papers that are learned from."""
        return self.liked[: RECIPE.likes]

    @property
    def refused(self) -> tuple[str, ...]:
        """The disliked papers that are learned from."""
        return self.disliked[: RECIPE.likes]

    @property
    def unwanted(self) -> tuple[str, ...]:
        """Papers that are known already."""
        return tuple(dict.fromkeys((*self.liked, *self.disliked, *sorted(self.skip))))

    def weight(self, paper: str) -> float:
        """How much a liked paper says."""
        usual = RECIPE.kept if paper in self.kept and not self.tags_of(paper) else 1.0
        return self.weights.get(paper, usual)

    def tags_of(self, paper: str) -> tuple[str, ...]:
        """The tags that a paper has."""
        return tuple(tag for tag, papers in self.tags.items() if paper in papers)
