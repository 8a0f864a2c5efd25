"""Papers to begin with: recent ones, as different from each other as their categories are. Pure."""

from collections import Counter
from collections.abc import Sequence

from gateway.ports import Card

NO_CATEGORY = ""


def starters(cards: Sequence[Card], *, count: int) -> list[Card]:
    """``count`` of the cards: one of each category in turn, the largest categories first.

    Within a category they stay in the order given, the newest first.
    """
    piles: dict[str, list[Card]] = {}
    for card in cards:
        if not card.withdrawn:
            piles.setdefault(_primary(card), []).append(card)
    sizes = Counter({name: len(pile) for name, pile in piles.items()})
    order = [name for name, _ in sizes.most_common()]
    chosen: list[Card] = []
    for turn in range(max(sizes.values(), default=0)):
        chosen += [piles[name][turn] for name in order if turn < len(piles[name])]
        if len(chosen) >= count:
            break
    return chosen[:count]


def _primary(card: Card) -> str:
    return card.categories[0] if card.categories else NO_CATEGORY
