"""Where a harvest of one set stands, kept after every page so that a killed one goes on."""

from datetime import date, timedelta

import msgspec

from common.kv import key
from fetcher.ports import AnyKv


class Cursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State of one feed and set; days are YYYY-MM-DD."""

    since: str = ""
    """Day the source answered the last complete harvest."""
    deep: str = ""
    """Day of the last harvest with the long overlap."""
    token: str = ""
    """Resumption token of the list in progress."""
    began: str = ""
    """``from`` of the list in progress."""
    answered: str = ""
    """Day the source answered the first page of the list in progress."""
    newest: str = ""
    """Newest date in the list in progress."""
    ordered: bool = True
    """Whether the list in progress has come by date so far."""


class Overlap(msgspec.Struct, frozen=True, kw_only=True):
    """How many days before the last harvest the next one begins."""

    days: int = 1
    deep_days: int = 7
    first_days: int = 3


def begin(cursor: Cursor, order_since: str, overlap: Overlap, today: date) -> Cursor:
    """The cursor with the start of a list set; one in progress goes on."""
    if cursor.token:
        return cursor
    deep = cursor.deep
    if order_since:
        began = order_since
    elif cursor.since:
        first_today = cursor.deep != today.isoformat()
        days = max(overlap.deep_days, overlap.days) if first_today else overlap.days
        began = (date.fromisoformat(cursor.since) - timedelta(days=days)).isoformat()
        deep = today.isoformat()
    else:
        began = (today - timedelta(days=overlap.first_days)).isoformat()
        deep = today.isoformat()
    return msgspec.structs.replace(
        cursor, deep=deep, began=began, answered="", newest="", ordered=True
    )


def after_page(cursor: Cursor, changed: list[str], token: str, answered: str) -> Cursor:
    """The cursor after one page with records changed on these days."""
    days = [cursor.newest, *changed] if cursor.newest else changed
    return msgspec.structs.replace(
        cursor,
        token=token,
        answered=cursor.answered or answered[:10],
        newest=max(days, default=""),
        ordered=cursor.ordered and days == sorted(days),
    )


def restarted(cursor: Cursor) -> Cursor:
    """The cursor when its token has expired: on from the last date seen, if dates came in order."""
    began = cursor.newest if cursor.ordered and cursor.newest else cursor.began
    return msgspec.structs.replace(cursor, token="", began=began)


def finished(cursor: Cursor, today: date) -> Cursor:
    """The cursor after the last page."""
    return Cursor(since=cursor.answered or today.isoformat(), deep=cursor.deep)


class Cursors:
    """Cursors in KV ``sources``; an order for certain days has one of its own."""

    def __init__(self, kv: AnyKv) -> None:
        self._kv = kv

    async def load(self, feed: str, set_spec: str, since: str = "") -> Cursor:
        """The cursor; a new one when there is none."""
        entry = await self._kv.get(_name(feed, set_spec, since))
        return msgspec.json.decode(entry.value, type=Cursor) if entry else Cursor()

    async def save(self, feed: str, set_spec: str, cursor: Cursor, *, since: str = "") -> None:
        """Keep the cursor of a list in progress."""
        await self._kv.put(_name(feed, set_spec, since), msgspec.json.encode(cursor))

    async def finish(
        self, feed: str, set_spec: str, cursor: Cursor, *, since: str, today: date
    ) -> None:
        """Keep where the next harvest begins; an ordered one moves only a feed that never ran."""
        done = msgspec.json.encode(finished(cursor, today))
        if since:
            await self._kv.delete(_name(feed, set_spec, since))
            await self._kv.create(_name(feed, set_spec, ""), done)
        else:
            await self._kv.put(_name(feed, set_spec, ""), done)


def _name(feed: str, set_spec: str, since: str) -> str:
    return key("cursor", feed, set_spec or "all", *((since,) if since else ()))
