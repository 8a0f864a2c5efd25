"""A library, or some papers, as a file in one of the formats of citations."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from common.ledger import Entry
from gateway import timeline
from gateway.citing.formats import Format
from gateway.citing.work import Work, of_card, of_meta
from gateway.ports import Stores
from gateway.shelf.browsing import Narrowed
from gateway.shelf.keeping import document
from gateway.shelf.said import Said
from gateway.shelf.shelf import Shelf

AT_ONCE = 100
"""Writing so many takes some 25 ms, in which nobody else is served."""
LEDGER_AT_ONCE = 16


async def library(stores: Stores, shelf: Shelf, asked: Narrowed, form: Format | None) -> bytes:
    """Everything said of papers, in the order of their ids; None gives all of it as JSON.

    Raises UsageError for a tag nobody gave, Unavailable.
    """
    if asked.tag:
        shelf.tagged(asked.tag)
    found = shelf.narrowed(tag=asked.tag, state=asked.state, opinion=asked.opinion)
    kept = sorted(found, key=lambda one: one.paper)
    if form is None:
        return document([work async for page in _pages(stores, kept) for work in page])
    return await written(form, _pages(stores, kept))


async def papers(stores: Stores, keys: Sequence[str], form: Format) -> bytes:
    """These papers in their order, as far as they are still there; raises Unavailable."""
    cards = await stores.index.these(keys)
    return form.document(map(of_card, cards)).encode()


async def written(form: Format, pages: AsyncIterator[list[Work]]) -> bytes:
    """A file made page by page, others being served in between."""
    parts: list[str] = []
    async for page in pages:
        parts += map(form.one, page)
        await asyncio.sleep(0)
    return (form.head + form.between.join(parts) + form.tail).encode()


async def _pages(stores: Stores, kept: list[Said]) -> AsyncIterator[list[Work]]:
    for start in range(0, len(kept), AT_ONCE):
        some = kept[start : start + AT_ONCE]
        cards = {card.paper: card for card in await stores.index.these([s.paper for s in some])}
        lost = await _lost(stores, [said for said in some if said.paper not in cards])
        yield [
            of_card(cards[said.paper], said) if said.paper in cards else lost[said.paper]
            for said in some
        ]


async def _lost(stores: Stores, kept: list[Said]) -> dict[str, Work]:
    """Papers the index does not have, by what the ledger knows, or by their ids alone."""
    works: dict[str, Work] = {}
    for start in range(0, len(kept), LEDGER_AT_ONCE):
        some = kept[start : start + LEDGER_AT_ONCE]
        told = await asyncio.gather(*(stores.ledger.timeline(said.paper) for said in some))
        works |= {s.paper: _by_ledger(s, entries) for s, entries in zip(some, told, strict=True)}
    return works


def _by_ledger(said: Said, entries: list[Entry]) -> Work:
    found = timeline.newest_meta(timeline.rows_of(entries))
    if found is None:
        return Work(paper=said.paper, title=said.paper, said=said)
    return of_meta(said.paper, *found, said)
