"""How much of a query one paper holds, looked at alone: what watches score new papers by. Pure."""

from typing import NamedTuple

from common.querying import Hit, Query, Term, Texts, occurrences
from common.ranking.recipe import RECIPE, Recipe


class Covered(NamedTuple):
    """What one paper holds of a query."""

    score: float = 1.0
    """The part that is found, 0 … 1: a word in the title counts more than one in the abstract."""
    hits: tuple[Hit, ...] = ()
    missing: Term | None = None
    """A part that is required and not there."""
    unwanted: Hit | None = None
    """A part that is excluded and there."""

    @property
    def fits(self) -> bool:
        """Whether all that is required is there, and nothing that is excluded."""
        return self.missing is None and self.unwanted is None


def covered(query: Query, texts: Texts, recipe: Recipe = RECIPE) -> Covered:
    """The verdict on one paper; without anything to look for, all of it is found."""
    hits: list[Hit] = []
    weight = reached = 0.0
    for term in query.terms:
        found = occurrences(term, texts)
        if term.excluded and found:
            return Covered(0.0, tuple(hits), unwanted=found[0])
        if term.required and not found:
            return Covered(0.0, tuple(hits), missing=term)
        if term.excluded or not (term.stems or term.narrows):
            continue
        own = max(len(term.stems), 1)
        weight += own
        reached += own * max((_worth(hit, recipe) for hit in found), default=0.0)
        hits += found
    return Covered(round(reached / weight, 4) if weight else 1.0, tuple(hits))


def _worth(hit: Hit, recipe: Recipe) -> float:
    if hit.place != "abstract":
        return recipe.in_title
    return recipe.in_abstract_often if hit.count >= recipe.often else recipe.in_abstract
