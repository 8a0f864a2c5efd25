"""Papers near an uploaded PDF."""

import time

from gateway import hits, switched
from gateway.ports import Stores
from gateway.upload.likeness import likeness
from gateway.upload.receiving import pdf_of
from gateway.views import HitList
from gateway.wiring import AnyRequest

MODE = "similar"


async def near(request: AnyRequest, stores: Stores, *, limit: int) -> HitList:
    """The papers nearest to the PDF in a request; raises Refused, UsageError, Unavailable."""
    switched.need(stores, "similar")
    with stores.uploads.turn():
        body = await pdf_of(request, most_bytes=stores.uploads.most_bytes)
        started = time.perf_counter()
        meant = likeness(await stores.uploads.read(body))
        found = await stores.index.near_texts(meant.texts, meant.words, limit=limit)
    took = round((time.perf_counter() - started) * 1000, 3)
    return HitList(items=hits.hit_items(found, ""), query=meant.begins, mode=MODE, took_ms=took)
