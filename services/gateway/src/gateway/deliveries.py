"""What was told to whom: the notifier's records as they are shown."""

import msgspec

from common.errors import UNREADABLE
from common.watches import RECORDS, Delivery, decode_delivery
from gateway import cursors
from gateway.bucket import Kv


class DeliveryItem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One message about one paper; ``state`` says how far it came."""

    id: str
    watch: str
    paper: str
    version: int
    title: str = ""
    channel: str
    place: str
    state: str
    created: str
    at: str
    next_at: str = ""
    period: str = ""
    """When the period ends whose digest holds it; empty when it was told alone."""
    attempts: int = 0
    code: int = 0
    """HTTP status or SMTP reply code of the last answer."""
    said: str = ""
    score: float = 0.0
    hits: tuple[str, ...] = ()


class DeliveryList(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries, the newest first."""

    items: list[DeliveryItem]
    next_cursor: str | None = None
    next: str | None = None


async def newest(kv: Kv, *, limit: int, cursor: str | None = None, watch: str = "") -> DeliveryList:
    """Deliveries, newest first; raises UsageError for a foreign cursor."""
    asked = cursors.question("deliveries", watch)
    after = cursors.decode(cursor, asked)
    found = [_item(entry.value) for _, entry in await kv.items(f"{RECORDS}.")]
    chosen = [one for one in found if one is not None and (not watch or one.watch == watch)]
    rest = sorted(
        (one for one in chosen if not after or _place(one) < after), key=_place, reverse=True
    )
    items = rest[:limit]
    more = len(rest) > limit
    return DeliveryList(
        items=items, next_cursor=cursors.encode(asked, _place(items[-1])) if more else None
    )


def _place(one: DeliveryItem) -> str:
    return f"{one.created} {one.id}"


def _item(body: bytes) -> DeliveryItem | None:
    try:
        found: Delivery = decode_delivery(body)
    except UNREADABLE:
        return None
    return DeliveryItem(**{name: getattr(found, name) for name in DeliveryItem.__struct_fields__})
