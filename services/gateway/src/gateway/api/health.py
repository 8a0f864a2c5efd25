"""Health and metrics on the gateway's own port."""

import msgspec
from litestar import Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from gateway.access import PUBLIC, SCRAPED
from gateway.ports import Filters
from gateway.status import asked
from gateway.wiring import Wiring

INDEX = "qdrant"
"""Whoever is known to be silent is not waited for."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What a probe is told."""

    status: str
    version: str
    problems: tuple[str, ...] = ()


class Whole(Health, frozen=True, kw_only=True):
    """What a person or a monitor is told; no words of a store, which may name hosts."""

    service: str = "gateway"
    papers: int | None
    """Papers that can be found; null when the index does not answer."""
    deps: dict[str, str]
    """``ok`` or ``down``."""


@get("/health/live", opt={PUBLIC: True}, include_in_schema=False)
async def live(stores: Wiring) -> Health:
    """The process answers."""
    return Health(status="ok", version=stores.version)


@get(["/health/ready", "/health/startup"], opt={PUBLIC: True}, include_in_schema=False)
async def ready(stores: Wiring) -> Response[Health]:
    """The stores answer, or did so moments ago; the names of those that do not."""
    readiness = stores.readiness
    problems = await readiness.problems()
    body = Health(status=readiness.status, version=stores.version, problems=problems)
    return Response(body, status_code=200 if readiness.is_ready else 503)


@get("/health", opt={PUBLIC: True}, include_in_schema=False)
async def whole(stores: Wiring) -> Response[Whole]:
    """How the system is as seen from here; 503 while it cannot serve."""
    readiness = stores.readiness
    problems = await readiness.problems()
    body = Whole(
        status=readiness.status,
        version=stores.version,
        problems=problems,
        papers=None if INDEX in problems else await asked(stores.index.count(Filters())),
        deps={name: "down" if name in problems else "ok" for name in stores.checks},
    )
    return Response(body, status_code=200 if readiness.is_ready else 503)


@get("/metrics", opt={SCRAPED: True}, include_in_schema=False)
async def metrics() -> Response[bytes]:
    """Prometheus text; behind a key where one is set."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


HANDLERS = (live, ready, whole, metrics)
