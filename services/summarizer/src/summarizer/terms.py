"""Content words of a sentence and how alike two sentences are."""

import math
import re
from collections import Counter

_WORD = re.compile(r"[a-z][a-z0-9-]+")
_EMPTY = frozenset(
    _WORD.findall(
        """about above after all also an and any approach are as at be been being between both but
        by can could did do does each for from further had has have how if in into is it its itself
        may method might more most much must no nor not of on only or other our out over own paper
        propose results same should show so some such than that the their them then there these
        they this those through thus to under until up upon use used using very via was we well
        were what when where which while who whose will with within without work would you"""
    )
)


def terms(text: str) -> Counter[str]:
    """How often each content word occurs, plural endings taken off."""
    return Counter(_singular(word) for word in _WORD.findall(text.lower()) if word not in _EMPTY)


def _singular(word: str) -> str:
    plural = len(word) > 4 and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word


def cosine(one: Counter[str], other: Counter[str]) -> float:
    """Likeness from 0 to 1."""
    shared = sum(count * other[term] for term, count in one.items() if term in other)
    if not shared:
        return 0.0
    return shared / (math.hypot(*one.values()) * math.hypot(*other.values()))


def coverage(one: Counter[str], other: Counter[str]) -> float:
    """The share of the words of ``other`` that occur in ``one``."""
    return len(one.keys() & other.keys()) / len(other) if other else 0.0
