"""The state of the system."""

from litestar import get

from gateway import status
from gateway.status import StatusView
from gateway.wiring import Live, Wiring


@get("/status", tags=["status"], summary="Versions, counts, waiting work, stores")
async def show(stores: Wiring, hub: Live) -> StatusView:
    """How the whole system is."""
    return await status.view(stores, streams=hub.clients)
