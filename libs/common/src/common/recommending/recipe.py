"""What this package reads of the one recipe of the ranking."""

from common.ranking import recipe
from common.ranking.taste import Taste

RECIPE: Taste = recipe.RECIPE.taste
