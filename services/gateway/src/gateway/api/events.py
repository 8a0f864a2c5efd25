"""The live stream of facts."""

from typing import Annotated

from litestar import get
from litestar.params import Dependency, Parameter
from litestar.response import Stream

from gateway import live
from gateway.live import Pace
from gateway.wiring import QUERY, Live

Seq = Annotated[int | None, Parameter(ge=0, le=2**63 - 1)]
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
Timing = Annotated[Pace, Dependency(skip_validation=True)]


@get(
    "/events",
    opt={QUERY: ("last_event_id",)},
    tags=["events"],
    summary="Facts as they become true (server-sent events)",
    media_type="text/event-stream",
)
async def events(
    hub: Live,
    pace: Timing,
    resume: Annotated[
        int | None, Parameter(header="Last-Event-ID", ge=0, le=2**63 - 1, required=False)
    ] = None,
    *,
    last_event_id: Seq = None,
) -> Stream:
    """``id`` is the place in the log: come back with it and nothing is missed or repeated.

    The header wins over the query parameter. ``reset`` says that the place is unknown or that
    the client was too slow; load the state anew.
    """
    hub.check_room()
    after = resume if resume is not None else last_event_id
    body = live.stream(hub, after, pace)
    return Stream(body, media_type="text/event-stream", headers=HEADERS)
