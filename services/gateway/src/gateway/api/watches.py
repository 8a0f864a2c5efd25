"""Watches: saved searches that tell people."""

from typing import Annotated

from litestar import Controller, Response, delete, get, patch, post
from litestar.params import Parameter

from common.ids import now
from gateway import idempotency, watches
from gateway.cards import API
from gateway.watchforms import WatchCreate, WatchList, WatchPatch, WatchView
from gateway.wiring import Wiring


class Watches(Controller):
    """``/watches``: list, make, change, remove."""

    path = "/watches"
    tags = ("watches",)

    @get("/", summary="All watches")
    async def all(self, stores: Wiring) -> WatchList:
        """Every watch, the newest first, without secrets."""
        return await watches.all_of(stores.watches)

    @post("/", summary="Make a watch")
    async def create(
        self,
        data: WatchCreate,
        stores: Wiring,
        idempotency_key: Annotated[str | None, Parameter(header="Idempotency-Key")] = None,
    ) -> Response[WatchView]:
        """The answer to a webhook's watch holds its signing secret, this once."""
        once = idempotency.checked(idempotency_key)
        made = await watches.create(stores.watches, data, at=now(), once=once)
        headers = {"Location": f"{API}/watches/{made.id}", "Cache-Control": "no-store"}
        return Response(made, status_code=201, headers=headers)

    @get("/{watch_id:str}", summary="One watch")
    async def one(self, watch_id: str, stores: Wiring) -> WatchView:
        """The watch without its secret."""
        return await watches.one(stores.watches, watch_id)

    @patch("/{watch_id:str}", summary="Change a watch")
    async def change(self, watch_id: str, data: WatchPatch, stores: Wiring) -> WatchView:
        """Only the fields that are given change; a new webhook gets a new secret."""
        return await watches.change(stores.watches, watch_id, data, at=now())

    @delete("/{watch_id:str}", summary="Remove a watch")
    async def remove(self, watch_id: str, stores: Wiring) -> None:
        """Nobody is told by it any more."""
        await watches.remove(stores.watches, watch_id)
