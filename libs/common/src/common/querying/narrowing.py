"""What a query asks of papers, as filters of the index."""

from collections.abc import Collection, Mapping

import msgspec

from common.paperid import parse as parse_id
from common.querying.mistakes import QuerySyntaxError
from common.querying.query import Query, Term
from common.querying.values import Years, years
from common.querying.words import category
from common.vectors.filters import Days, Filters, Words

_PLACES = {"": "any", "ti": "title", "abs": "abstract", "au": "authors"}
_NO_TAGS: Mapping[str, Collection[str]] = {}
SHOWN_TAGS = 10


def narrowed(
    query: Query,
    base: Filters,
    tags: Mapping[str, Collection[str]] = _NO_TAGS,
    *,
    field: str = "query",
) -> Filters:
    """The filters and what the query asks for beside its ranking.

    A year is that of the announcement. ``tags`` are keys of papers by tag. Raises QuerySyntaxError
    for a tag that is not there and for years that leave nothing.
    """
    asked = base
    for term in query.narrowing:
        match term.field:
            case "cat":
                asked = _listed(asked, term, "categories", category(term.text))
            case "feed":
                asked = _listed(asked, term, "feeds", term.text)
            case "id":
                asked = _among(asked, term, {parse_id(term.text).key})
            case "tag":
                asked = _among(asked, term, _tagged(term, tags, field))
            case "year":
                asked = _dated(asked, term, field)
            case _:
                asked = _worded(asked, term)
    return asked


def _listed(asked: Filters, term: Term, field: str, value: str) -> Filters:
    name = f"{'not' if term.excluded else 'all'}_{field}"
    return msgspec.structs.replace(asked, **{name: (*getattr(asked, name), value)})


def _among(asked: Filters, term: Term, papers: Collection[str]) -> Filters:
    if term.excluded:
        rest = dict.fromkeys((*asked.not_ids, *papers))
        return msgspec.structs.replace(asked, not_ids=tuple(rest))
    if asked.ids is None:
        return msgspec.structs.replace(asked, ids=tuple(papers))
    both = tuple(paper for paper in asked.ids if paper in papers)
    return msgspec.structs.replace(asked, ids=both)


def _tagged(term: Term, tags: Mapping[str, Collection[str]], field: str) -> Collection[str]:
    for name, papers in tags.items():
        if name.casefold() == term.text.strip().casefold():
            return frozenset(papers)
    some = sorted(tags)[:SHOWN_TAGS]
    more = "" if len(tags) <= SHOWN_TAGS else f" and {len(tags) - SHOWN_TAGS} more"
    there = f"there are {', '.join(some)}{more}" if some else "there are none yet"
    raise QuerySyntaxError.of(term, field, f"tag:{term.text} is no tag; {there}")


def _dated(asked: Filters, term: Term, field: str) -> Filters:
    wanted = years(term.text) or Years()
    if term.excluded:
        first, last = wanted.days
        left_out = Days(first=first, last=last)
        return msgspec.structs.replace(asked, not_days=(*asked.not_days, left_out))
    found = within(asked, wanted)
    if found is None:
        told = f"year:{term.text} leaves nothing of the other days asked for; leave one out"
        raise QuerySyntaxError.of(term, field, told)
    return found


def within(asked: Filters, wanted: Years) -> Filters | None:
    """The filters in these years alone, or None when they leave no day."""
    first = max(asked.date_from, wanted.days[0])
    last = min(filter(None, (asked.date_to, wanted.days[1])), default="")
    if first and last and first > last:
        return None
    return msgspec.structs.replace(asked, date_from=first, date_to=last)


def _worded(asked: Filters, term: Term) -> Filters:
    if not (term.stems or term.phrase or term.field):
        return asked  # a minus before a stop word, which is nearly everywhere
    words = Words(place=_PLACES[term.field], text=term.text, excluded=term.excluded)
    return msgspec.structs.replace(asked, words=(*asked.words, words))
