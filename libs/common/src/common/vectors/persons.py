"""The name of an author in Qdrant's words.

Two indexes read the same field. ``authors`` knows the parts of names; ``authors[]`` knows their
initials, in their order (Geoffrey Everest Hinton is ``g e h``), and so answers for initials, which
an index of words cannot. Both keep apart one author from the next.

What differs from ``querying.by``, which looks at one author at a time: of what stands between the
parts asked for, one is seen; and where an initial is asked for, somebody else of the same initials
passes when any author has the family name.
"""

import string

from qdrant_client import models

from common.querying.words import Name

PARTS, INITIALS = "authors", "authors[]"


def person(name: Name) -> models.Filter:
    """Papers by whoever has this name."""
    in_full = [part for part in name.others if len(part) > 1]
    must: list[models.Condition] = [
        *(_found(PARTS, models.MatchText(text=part)) for part in name.family),
        *(_found(PARTS, models.MatchTextAny(text_any=f"{part} {part[0]}")) for part in in_full),
    ]
    if name.others or len(name.family) > 1:
        must.append(models.Filter(should=_side_by_side(name)))
    return models.Filter(must=must)


def _side_by_side(name: Name) -> list[models.Condition]:
    """The parts belong to one author, forenames first or last."""
    parts = (*name.others, *name.family)
    if len(name.others) == 1 and name.family:
        return [*_two(name.others[0], name.family), *_with_one_between(name)]
    first, last = _initials(parts), _initials((*name.family, *name.others))
    return [_phrase(INITIALS, order) for order in dict.fromkeys((first, last))]


def _two(other: str, family: tuple[str, ...]) -> list[models.Condition]:
    if len(other) == 1:
        known = _initials(family)
        return [_phrase(INITIALS, f"{other} {known}"), _phrase(INITIALS, f"{known} {other}")]
    known = " ".join(family)
    ways = [way for one in (other, other[0]) for way in (f"{one} {known}", f"{known} {one}")]
    return [_phrase(PARTS, way) for way in ways]


def _with_one_between(name: Name) -> list[models.Condition]:
    ends = name.others[0][0], _initials(name.family)
    ways = dict.fromkeys((ends, ends[::-1]))
    letters = string.ascii_lowercase
    return [_phrase(INITIALS, f"{one} {x} {other}") for one, other in ways for x in letters]


def _initials(parts: tuple[str, ...]) -> str:
    return " ".join(part[0] for part in parts)


def _phrase(key: str, text: str) -> models.Condition:
    return _found(key, models.MatchPhrase(phrase=text))


def _found(key: str, match: models.Match) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=match)
