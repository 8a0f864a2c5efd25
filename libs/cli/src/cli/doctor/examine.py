"""All looks at once, each with a limit of its own, so that a dead part delays no other."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import NamedTuple

from cli.census.settings import listed, pairs
from cli.doctor import (
    bus,
    drift,
    feeds,
    machine,
    models,
    schedules,
    services,
    stores,
    switches,
    work,
)
from cli.doctor.finding import Finding, Report, report
from cli.settings import Settings
from common.errors import ServiceError, UsageError
from common.ids import now
from common.redact import redacted
from common.runtime import Runtime, connect
from common.version import VERSION

CONNECT_S = 4.0
LOOK_S = 5.0


class Look(NamedTuple):
    """One part of the examination."""

    name: str
    run: Callable[[], Awaitable[list[Finding]]]


async def examine(settings: Settings, only: Sequence[str] = ()) -> Report:
    """Look at everything, or at the feeds ``only``; raises UsageError for a feed there is not."""
    if not only:
        stores.prepare()
    began = time.monotonic()
    outside = () if only else _outside(settings)
    found = await asyncio.gather(_on_the_bus(settings, only), *(_limited(look) for look in outside))
    findings = [one for part in found for one in part]
    return report(findings, at=now(), version=VERSION, took_s=time.monotonic() - began)


def _outside(settings: Settings) -> tuple[Look, ...]:
    """What can be looked at without the bus."""
    volumes = pairs("CENSUS_VOLUMES", settings.census.census_volumes)
    return (
        Look("objects", lambda: stores.objects(settings.objects)),
        Look("qdrant", lambda: stores.qdrant(settings.vectors)),
        Look("models", lambda: models.look(settings.doctor, settings.embed)),
        Look("smtp", lambda: models.smtp(settings.doctor)),
        Look("services", lambda: services.look(settings.cli)),
        Look("nats", lambda: stores.nats(listed(settings.census.nats_monitor_urls))),
        Look("machine", lambda: machine.look(settings.doctor, volumes)),
    )


def _inside(runtime: Runtime, settings: Settings, only: Sequence[str]) -> tuple[Look, ...]:
    """What the bus tells."""
    now_ = datetime.now(UTC)
    of_feeds = Look("feeds", lambda: feeds.look(runtime, now_, only))
    if only:
        return (of_feeds,)
    return (
        Look("bus", lambda: bus.look(runtime)),
        Look("topology", lambda: drift.look(runtime, settings)),
        Look("work", lambda: work.look(runtime, now_)),
        Look("dead letters", lambda: work.dead(runtime)),
        of_feeds,
        Look("schedules", lambda: schedules.look(runtime, settings.schedules, now_)),
        Look("switches", lambda: switches.look(runtime)),
    )


async def _on_the_bus(settings: Settings, only: Sequence[str]) -> list[Finding]:
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(CONNECT_S):
                runtime = await stack.enter_async_context(connect("doctor", settings))
        except (ServiceError, TimeoutError) as error:
            return [_no_bus(error)]
        found = await asyncio.gather(*(_limited(look) for look in _inside(runtime, settings, only)))
        return [one for part in found for one in part]


async def _limited(look: Look) -> list[Finding]:
    try:
        async with asyncio.timeout(LOOK_S):
            return await look.run()
    except UsageError:
        raise
    except TimeoutError:
        return [_failed(look.name, f"no answer within {LOOK_S:g} s")]
    except ServiceError as error:
        return [_failed(look.name, redacted(str(error)))]


def _failed(name: str, why: str) -> Finding:
    return Finding(
        check=name,
        about="the examination",
        level="unhealthy",
        says=f"could not be done: {why}",
        mend="paperbus status",
    )


def _no_bus(error: Exception) -> Finding:
    why = redacted(str(error)) or f"no answer within {CONNECT_S:g} s"
    return Finding(
        check="bus",
        about="nats",
        level="unhealthy",
        says=f"{why.removeprefix('nats: ')}; feeds, work and schedules could not be looked at",
        mend="start nats-server, or set NATS_URL; then `paperbus topology check`",
    )
