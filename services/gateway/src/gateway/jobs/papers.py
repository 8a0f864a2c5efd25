"""The papers a job is about, page by page."""

from collections.abc import AsyncIterator

from gateway import queries
from gateway.jobs.params import MAX_PAPERS, PaperParams
from gateway.ports import Card, Filters, Index

PAGE = 100


def wanted(params: PaperParams) -> Filters:
    """The filters, every value checked; raises UsageError."""
    return queries.filters(
        category=list(params.categories),
        feed=params.feed or None,
        dates=(params.date_from or None, params.date_to or None),
        has_pdf=getattr(params, "has_pdf", None),
        full_text=getattr(params, "full_text", None),
    )


async def how_many(index: Index, which: Filters, limit: int) -> int:
    """How many papers there are, at most ``limit``; raises Unavailable."""
    return min(await index.count(which), limit or MAX_PAPERS)


async def pages(index: Index, which: Filters, limit: int) -> AsyncIterator[list[Card]]:
    """Cards, the newest first; raises Unavailable."""
    left, after = limit or MAX_PAPERS, ""
    while left > 0:
        cards, after = await index.newest(which, limit=min(PAGE, left), after=after)
        if cards:
            yield cards
        left -= len(cards)
        if not after or not cards:
            return


def words(params: PaperParams) -> str:
    """Which papers, for people."""
    parts = [
        f"of feed {params.feed}" if params.feed else "",
        f"in {', '.join(params.categories)}" if params.categories else "",
        f"from {params.date_from}" if params.date_from else "",
        f"to {params.date_to}" if params.date_to else "",
    ]
    some = " ".join(part for part in parts if part)
    most = f"the newest {params.limit:,} papers" if params.limit else "papers"
    return f"{most} {some}".strip() if some or params.limit else "all papers"
