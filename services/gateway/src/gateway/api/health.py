"""Health and metrics on the gateway's own port."""

import msgspec
from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from gateway.access import PUBLIC
from gateway.status import failing
from gateway.wiring import Wiring


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe is told."""

    status: str
    version: str
    problems: tuple[str, ...] = ()


@get("/health/live", opt={PUBLIC: True}, include_in_schema=False)
async def live(stores: Wiring) -> Health:
    """The process answers."""
    return Health(status="ok", version=stores.version)


@get(["/health/ready", "/health/startup"], opt={PUBLIC: True}, include_in_schema=False)
async def ready(stores: Wiring) -> Response[Health]:
    """The stores answer; the names of those that do not."""
    problems = tuple(sorted(await failing(stores)))
    body = Health(
        status="degraded" if problems else "ok", version=stores.version, problems=problems
    )
    return Response(body, status_code=503 if problems else 200)


@get("/metrics", include_in_schema=False)
async def metrics() -> Response[bytes]:
    """Prometheus text; behind the key where one is set."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
