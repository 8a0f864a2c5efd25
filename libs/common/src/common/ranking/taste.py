"""The part of the recipe that is about recommendations.

Chosen by measurement with `make bench-recommend`; `docs/benchmarks.md` holds the figures.
"""

import msgspec


class Taste(msgspec.Struct, frozen=True, kw_only=True):
    """What ``common.recommending`` reads; the recipe's version stands for these numbers, too."""

    candidates: int = 200
    """Papers each list puts forward."""
    likes: int = 200
    """Liked papers that are learned from, those spoken of last."""
    kept: float = 0.7
    """What a paper on the reading list says, against 1 for one that is liked or tagged."""
    sample: int = 2000
    """Papers looked at to learn what is usual."""
    ridge: float = 0.1
    """How far rare directions of the vectors are held back, as a part of the average one."""
    refused: float = 0.3
    """What a disliked paper takes away, against 1 that a liked one brings."""
    terms: int = 200
    """Words of the query that is made of liked papers."""
    repeated: float = 0.75
    """Below 1, a word of every liked paper says less than in proportion."""
    names: int = 40
    """Authors of liked papers that are looked for."""
    meaning: float = 0.2
    """The part of the dense vectors in what texts say; words have the rest."""
    authors: float = 0.5
    """Weight of the authors against the text when no liked papers share authors …"""
    authors_shared: float = 0.4
    """… and what it has more when all do."""
    others: float = 0.3
    """Weight of other people against all else when none has two liked papers in common …"""
    others_supported: float = 0.4
    """… and what it has more when every liked paper has such people."""
    others_shared: float = 0.8
    """The part of that weight which is lost when all liked papers share authors: these say it."""
    walk_item: float = 0.5
    """Other people count less by this power of how many like the paper they have in common …"""
    walk_person: float = 0.5
    """… and of how much they like."""
    walk_popular: float = 0.3
    """A paper counts less by this power of how many like it."""
    walk_near: float = 1.1
    """Above 1, people who have much in common count more than in proportion."""
