"""The order `blend`: what fits, with newer papers before older ones that fit as well. Pure."""

import math
from collections.abc import Mapping, Sequence

from common.ranking.fusing import Ranked
from common.ranking.recipe import RECIPE, Recipe

DAY_MS = 86_400_000
DAY_UNKNOWN = 0


def factor(age_days: float, recipe: Recipe = RECIPE) -> float:
    """What a score is multiplied by: 1 for a paper of today, less the older it is."""
    fresh = math.exp2(-max(age_days, 0.0) / recipe.fresh_days)
    return 1 - recipe.fresh_share + recipe.fresh_share * fresh


def blended(
    ranked: Sequence[Ranked], days_ms: Mapping[str, int], now_ms: int, recipe: Recipe = RECIPE
) -> list[Ranked]:
    """The same papers by score and age; ``days_ms`` is when each was announced, 0 when unknown."""

    def aged(found: Ranked) -> Ranked:
        then = days_ms.get(found.point, DAY_UNKNOWN)
        less = factor((now_ms - then) / DAY_MS if then else math.inf, recipe)
        shares = tuple(stood._replace(share=stood.share * less) for stood in found.standings)
        return Ranked(found.point, found.score * less, shares)

    return sorted(map(aged, ranked), key=lambda found: (-found.score, found.point))
