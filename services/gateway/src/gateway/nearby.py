"""Papers similar to one, to several, to a tag, or to a text."""

from typing import NamedTuple

from common.errors import UsageError
from common.recommending.likes import Likes
from gateway.failures import Missing
from gateway.ports import Filters, Recommended, Scored, Stores
from gateway.shelf import ordering
from gateway.shelf.shelf import Shelf
from gateway.shelf.wish import Wish

OF_A_TAG = 200
"""Of a tag, so many of the papers spoken of last count."""


class Near(NamedTuple):
    """What papers are to be similar to; at least one of papers, tag and text."""

    wanted: Filters
    papers: tuple[str, ...] = ()
    tag: str = ""
    text: str = ""
    sort: str = "similarity"
    limit: int = 10


async def similar(
    stores: Stores, paper: str, wanted: Filters, *, order: tuple[str, str], limit: int
) -> list[Scored]:
    """Papers near one, in an order of ``ordering.SORTS`` as of today; raises Unavailable."""
    how, today = order
    found = await stores.index.similar(paper, wanted, limit=ordering.depth(how, limit))
    return ordering.ordered(found, how, today=today)[:limit]


async def near(stores: Stores, shelf: Shelf, ask: Near, *, today: str) -> list[Recommended]:
    """Papers near all that is named together; raises UsageError, Missing, Unavailable."""
    if not (ask.papers or ask.tag or ask.text):
        raise UsageError("papers", "are missing; name papers, one of your tags, or a text")
    tagged = shelf.tagged(ask.tag)[:OF_A_TAG] if ask.tag else ()
    papers = tuple(dict.fromkeys((*await _named(stores, ask.papers), *tagged)))
    depth = ordering.depth(ask.sort, ask.limit)
    if papers:
        wish = Wish(Likes(liked=papers, tags={ask.tag: tagged}, verb="named"), ask.text)
        found = await stores.index.recommend(wish, ask.wanted, limit=depth)
    else:
        found = await _like_text(stores, ask.text, ask.wanted, depth)
    return ordering.ordered(found, ask.sort, today=today)[: ask.limit]


async def _named(stores: Stores, papers: tuple[str, ...]) -> list[str]:
    found = [card.paper for card in await stores.index.these(papers)]
    missing = [one for one in papers if one not in found]
    if missing:
        raise Missing(
            f"{missing[0]} is not in the index; leave it out, or ask for it with "
            f'POST /api/v1/papers {{"ids": ["{missing[0]}"]}}'
        )
    return found


async def _like_text(stores: Stores, text: str, wanted: Filters, limit: int) -> list[Recommended]:
    found = await stores.index.search(text, wanted, mode="hybrid", limit=limit)
    return [
        Recommended(
            card=one.card,
            score=one.score,
            reason=f"Near your text in {' and in '.join(at.name for at in one.standings)}",
            standings=one.standings,
        )
        for one in found
    ]
