"""How the papers that fit are spread: by category, feed, month, licence and state."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from common.licences import kind_of
from gateway.asked import Question
from gateway.ports import Filters, Index
from gateway.views_facets import Count, Facets

MOST = 100
STATES = ("has_pdf", "full_text", "summarised")
MOST_DAYS = 4000
"""Days counted to make months of; more than ten years of announcements."""
MOST_LICENCES = 500


async def facets(index: Index, ask: Question | None, wanted: Filters) -> Facets:
    """Counts of the papers that hold all words of the question, or fit the filters alone.

    Ranking has no end: every paper is somewhat near in meaning. What can be counted is which
    papers hold the words. When none holds them all, the papers that fit the filters are counted
    and ``words`` is false. Raises Unavailable.
    """
    holding = wanted if ask is None else ask.holding
    narrow = wanted if ask is None else ask.wanted
    total = await index.count(holding)
    words = ask is not None and ask.query.ranked != ""
    if not total and holding != narrow:
        holding, words = narrow, False
        total = await index.count(holding)
    return await _counted(index, holding, total, words=words)


async def _counted(index: Index, holding: Filters, total: int, *, words: bool) -> Facets:
    async def values(field: str, most: int) -> list[tuple[str, int]]:
        return await index.facet(field, holding, limit=most) if total else []

    async def having(state: str) -> int:
        return await index.count(msgspec.structs.replace(holding, **{state: True})) if total else 0

    (categories, feeds, days, licences), (pdfs, texts, summaries) = await asyncio.gather(
        asyncio.gather(
            values("categories", MOST),
            values("feeds", MOST),
            values("announced", MOST_DAYS),
            values("licence", MOST_LICENCES),
        ),
        asyncio.gather(*map(having, STATES)),
    )
    return Facets(
        total=total,
        words=words,
        categories=_counts(categories),
        feeds=_counts(feeds),
        months=_folded(days, lambda day: day[:7], newest=True),
        licences=_folded(licences, kind_of),
        has_pdf=pdfs,
        full_text=texts,
        has_summary=summaries,
    )


def _counts(pairs: Iterable[tuple[str, int]]) -> list[Count]:
    return [Count(value=value, count=count) for value, count in pairs if value]


def _folded(
    pairs: Iterable[tuple[str, int]], name: Callable[[str], str], *, newest: bool = False
) -> list[Count]:
    """Counts of values that have one name together; the most frequent first, or the newest."""
    sums: Counter[str] = Counter()
    for value, count in pairs:
        sums[name(value)] += count
    ordered = sorted(sums.items(), reverse=True) if newest else sums.most_common()
    return _counts(ordered)
