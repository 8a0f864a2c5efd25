"""Papers for one person: learned from what they say, or to begin with."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Literal, NamedTuple

import msgspec

from gateway.ports import Card, Filters, Recommended, Stores
from gateway.shelf import popular, starters, wish
from gateway.shelf.shelf import Shelf
from gateway.shelf.wish import Wish

DAYS = 30
"""How far back one looks at first …"""
ENOUGH = 100
"""… when so many papers came since; else one looks at all time."""
MAX_DAYS = 36_500
MOST_POPULAR = 200
START_FROM = 240
"""So many of the newest papers are looked at for a start."""

Basis = Literal["taste", "popular", "newest"]


class Ask(NamedTuple):
    """What is asked for; ``days`` None means a month, or all time when few papers came in it."""

    wanted: Filters
    tag: str = ""
    days: int | None = None
    limit: int = 20


class Told(NamedTuple):
    """Papers, what they are chosen by, and the days they are of (0 is all time)."""

    items: list[Recommended]
    basis: Basis
    days: int


async def recommended(stores: Stores, who: str, ask: Ask, *, today: str) -> Told:
    """Papers that one person may want and has not spoken of; raises UsageError, Unavailable."""
    shelf = await stores.shelves.of(who)
    wished = Wish(wish.of_shelf(shelf, tag=ask.tag))
    if wished.is_empty:
        everyone = await stores.shelves.everyone()
        begin = _Begin(stores, list(everyone.values()), shelf.papers(), ask.limit)
        return await _in_time(stores, ask, begin.told, today=today)
    wished = wished._replace(others=await stores.shelves.others_of(who))

    async def learned(wanted: Filters, days: int) -> Told:
        found = await stores.index.recommend(wished, wanted, limit=ask.limit)
        return Told(found, "taste", days)

    return await _in_time(stores, ask, learned, today=today)


async def starting(stores: Stores, *, count: int) -> list[Card]:
    """Papers to begin with, as different as they can be; raises Unavailable."""
    newest, _ = await stores.index.newest(Filters(), limit=START_FROM)
    return starters.starters(newest, count=count)


def first_day(days: int, today: str) -> str:
    """The first day of a window that ends today; empty for all time."""
    return (date.fromisoformat(today[:10]) - timedelta(days=days)).isoformat() if days else ""


async def _in_time(
    stores: Stores, ask: Ask, look: Callable[[Filters, int], Awaitable[Told]], *, today: str
) -> Told:
    days = DAYS if ask.days is None else ask.days
    wanted = msgspec.structs.replace(ask.wanted, date_from=first_day(days, today))
    if ask.days is None and await stores.index.count(wanted) < ENOUGH:
        return await look(ask.wanted, 0)
    return await look(wanted, days)


class _Begin(NamedTuple):
    """For who has said nothing yet: what others like most, then what is new."""

    stores: Stores
    shelves: list[Shelf]
    skip: frozenset[str]
    limit: int

    async def told(self, wanted: Filters, days: int) -> Told:
        liked = await self._popular(wanted)
        there = self.skip | {one.card.paper for one in liked}
        more = self.limit - len(liked)
        newest = await self._newest(wanted, there, more) if more > 0 else []
        return Told(liked + newest, "popular" if liked else "newest", days)

    async def _popular(self, wanted: Filters) -> list[Recommended]:
        counts = popular.popular(self.shelves, since=wanted.date_from)
        likes = dict([pair for pair in counts if pair[0] not in self.skip][:MOST_POPULAR])
        if not likes:
            return []
        among = msgspec.structs.replace(wanted, ids=tuple(likes))
        found, _ = await self.stores.index.newest(among, limit=len(likes))
        best = sorted(found, key=lambda card: -likes[card.paper])[: self.limit]
        return [
            Recommended(card=card, score=float(n := likes[card.paper]), reason=_liked_by(n))
            for card in best
        ]

    async def _newest(
        self, wanted: Filters, there: frozenset[str], limit: int
    ) -> list[Recommended]:
        others = msgspec.structs.replace(wanted, not_ids=(*wanted.not_ids, *sorted(there)))
        found, _ = await self.stores.index.newest(others, limit=limit)
        titles = {feed.name: feed.title or feed.name for feed in self.stores.feeds}
        return [Recommended(card=card, score=0.0, reason=_new_in(card, titles)) for card in found]


def _liked_by(people: int) -> str:
    return "Liked by one person here" if people == 1 else f"Liked by {people} people here"


def _new_in(card: Card, titles: dict[str, str]) -> str:
    named = [titles.get(name, name) for name in card.feeds] or list(card.categories)
    return f"New in {named[0]}" if named else "New"
