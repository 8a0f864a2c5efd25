"""Deliveries: what was sent, when, and the answer."""

from litestar import get

from gateway import deliveries as sent
from gateway.deliveries import DeliveryList
from gateway.wiring import PAGED, QUERY, AnyRequest, Paging, Wiring, next_link


@get("/deliveries", opt={QUERY: (*PAGED, "watch")}, tags=["deliveries"], summary="What was sent")
async def deliveries(
    request: AnyRequest, stores: Wiring, page: Paging, watch: str | None = None
) -> DeliveryList:
    """Every message that was tried, the newest first."""
    found = await sent.newest(
        stores.deliveries, limit=page.limit, cursor=page.cursor, watch=watch or ""
    )
    link = next_link(request, found.next_cursor or "")
    return DeliveryList(items=found.items, next_cursor=found.next_cursor, next=link)
