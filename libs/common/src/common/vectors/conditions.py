"""Filters in Qdrant's words."""

from collections.abc import Iterable, Sequence

from qdrant_client import models

from common import licences
from common.errors import UsageError
from common.querying.words import name_of, spelled
from common.vectors.filters import Days, Filters, Words
from common.vectors.persons import person
from common.vectors.points import day_ms

ANYWHERE = ("title", "abstract")
AUTHORS = "authors"

_LISTS = (("groups", "categories"), ("feeds", "feeds"))
"""Keys of the payload and the filters that are about them."""
_FLAGS = ("has_pdf", "full_text", "withdrawn")


def conditions(filters: Filters) -> list[models.Condition]:
    """What must hold; raises UsageError for a day that is none or a range turned round."""
    must = [*_lists(filters), *_ids(filters), *_dates(filters)]
    for name in _FLAGS:
        wanted = getattr(filters, name)
        if wanted is not None:
            must.append(equals(name, wanted))
    if filters.summarised is not None:
        without = equals("summary_model", "")
        must.append(none_of(without) if filters.summarised else without)
    if filters.licences:
        must.append(any_of(_licence(kind) for kind in filters.licences))
    if filters.dois:  # kept as the source writes them
        written = dict.fromkeys(form for doi in filters.dois for form in (doi, doi.lower()))
        must.append(_one_of("doi", list(written)))
    must += map(_words, filters.words)
    return must


def equals(key: str, value: str | bool | int) -> models.FieldCondition:
    """The payload's ``key`` is, or contains, ``value``."""
    return models.FieldCondition(key=key, match=models.MatchValue(value=value))


def all_of(must: list[models.Condition]) -> models.Filter | None:
    """A filter, or None when nothing is asked; what must not hold is faster side by side."""
    if not must:
        return None
    hold, left_out = [], []
    for one in must:
        refused = one.must_not if isinstance(one, models.Filter) else None
        if isinstance(refused, list) and one == none_of(*refused):
            left_out += refused
        else:
            hold.append(one)
    return models.Filter(must=hold or None, must_not=left_out or None)


def any_of(some: Iterable[models.Condition]) -> models.Condition:
    """One of them at least."""
    given = list(some)
    return given[0] if len(given) == 1 else models.Filter(should=given)


def none_of(*some: models.Condition) -> models.Filter:
    """None of them."""
    return models.Filter(must_not=list(some))


def _one_of(key: str, values: Sequence[str]) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchAny(any=list(values)))


def _lists(filters: Filters) -> Iterable[models.Condition]:
    for key, name in _LISTS:
        some, every, none = (getattr(filters, f"{how}{name}") for how in ("", "all_", "not_"))
        if some:
            yield _one_of(key, some)
        yield from (equals(key, value) for value in every)
        if none:
            yield none_of(_one_of(key, none))


def _ids(filters: Filters) -> Iterable[models.Condition]:
    if filters.ids is not None:
        yield _one_of("paper", filters.ids)
    if filters.not_ids:
        yield none_of(_one_of("paper", filters.not_ids))


def _dates(filters: Filters) -> Iterable[models.Condition]:
    first, last = filters.date_from, filters.date_to
    if first and last and day_ms(first) > day_ms(last):
        raise UsageError("date_from", f"{first} is after date_to {last}")
    if first or last:
        yield _days(Days(first=first, last=last))
    yield from (none_of(_days(days)) for days in filters.not_days)


def _days(days: Days) -> models.FieldCondition:
    between = models.Range(
        gte=day_ms(days.first) if days.first else None,
        lte=day_ms(days.last) if days.last else None,
    )
    return models.FieldCondition(key="announced_ms", range=between)


def _licence(kind: str) -> models.Condition:
    if kind == licences.NONE:
        return none_of(*map(_licensed, licences.WEB))
    if kind == licences.OTHER:
        known = [start for name in licences.KINDS for start in licences.beginnings(name)]
        stated = any_of(map(_licensed, licences.WEB))
        return models.Filter(must=[stated], must_not=list(map(_licensed, known)))
    return any_of(map(_licensed, licences.beginnings(kind)))


def _licensed(start: str) -> models.FieldCondition:
    return models.FieldCondition(key="licence", match=models.MatchPrefix(prefix=start))


def _words(words: Words) -> models.Condition:
    if words.place == AUTHORS:
        found: models.Condition = person(name_of(words.text))
    else:
        places = ANYWHERE if words.place == "any" else (words.place,)
        found = any_of(_text(place, words) for place in places)
    return none_of(found) if words.excluded else found


def _text(key: str, words: Words) -> models.FieldCondition:
    text = words.text
    # a word alone is found faster than a phrase of one
    side_by_side = words.phrase and len(spelled(text)) > 1
    match = models.MatchPhrase(phrase=text) if side_by_side else models.MatchText(text=text)
    return models.FieldCondition(key=key, match=match)
