"""Connections to NATS with the settings that survive what NATS does (reliability section 14)."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import nats
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoServersError

from common import buskeys, metrics
from common.errors import Unavailable, UsageError
from common.redact import redacted
from common.rights import inbox_of, user_of
from common.settings import BusSettings

log = structlog.get_logger("paperbus")

EXIT_BUS_CLOSED = 70
CONNECT_TIMEOUT_S = 5
REFUSED = "permissions violation"


def options(settings: BusSettings, service: str) -> dict[str, Any]:
    """Arguments for a NATS client: for ever reconnecting, quick to notice a dead server.

    Raises UsageError for an address or a key that cannot be one.
    """
    servers = [part.strip() for part in settings.nats_url.split(",") if part.strip()]
    if not servers:
        raise UsageError("NATS_URL", "names no server; write it like nats://127.0.0.1:4222")
    chosen: dict[str, Any] = {
        "servers": servers,
        "name": f"paperbus-{service}",
        "max_reconnect_attempts": -1,
        "reconnect_time_wait": 1,
        "ping_interval": 5,
        "max_outstanding_pings": 2,
        "inbox_prefix": inbox_of(user_of(service)),
        "error_cb": _count_error,
    }
    if settings.nats_nkey_seed_file:
        buskeys.public_key(Path(settings.nats_nkey_seed_file))  # the client's own error is no help
        chosen["nkeys_seed"] = settings.nats_nkey_seed_file
    if settings.nats_creds_file:
        chosen["user_credentials"] = settings.nats_creds_file
    return chosen


async def _count_error(error: Exception) -> None:
    if _is_refusal(error):
        metrics.BUS_ERRORS.labels("PermissionsViolation").inc()
        return
    metrics.BUS_ERRORS.labels(type(error).__name__).inc()
    log.warning("bus_error", error=str(error) or repr(error))


def _is_refusal(error: Exception) -> bool:
    """Whether the bus refused a subject; the log must say so, the caller sees only a time-out."""
    if REFUSED not in str(error).lower():
        return False
    log.error(
        "bus_refused", error=str(error), mend="use the right user's key in NATS_NKEY_SEED_FILE"
    )
    return True


def exit_when_closed(is_stopping: Callable[[], bool]) -> Callable[[], Awaitable[None]]:
    """A closed client never comes back (rule N11): end, so that the process is started anew."""

    async def closed() -> None:
        if not is_stopping():
            log.error("bus_closed", mend="the process ends and must be started again")
            os._exit(EXIT_BUS_CLOSED)

    return closed


class Plain:
    """The connection of a service that takes no messages: a broker without the framework."""

    def __init__(self, settings: BusSettings, service: str, **callbacks: Any) -> None:
        self._options = options(settings, service) | callbacks
        self._client: Client | None = None

    async def connect(self) -> Client:
        """The connected client; as FastStream's broker, it waits as long as it takes."""
        self._client = await nats.connect(**self._options)
        return self._client

    async def start(self) -> None:
        """Nothing is taken."""

    async def stop(self) -> None:
        """Send what is waiting, and close."""
        if self._client is not None:
            await self._client.drain()


@asynccontextmanager
async def client(settings: BusSettings, service: str) -> AsyncIterator[Client]:
    """A plain client for one-shot work; raises Unavailable at once when nothing answers."""
    patient = options(settings, service) | {"error_cb": _only_refusals}
    hasty = {
        "allow_reconnect": False,
        "max_reconnect_attempts": 1,
        "reconnect_time_wait": 0.1,
        "connect_timeout": CONNECT_TIMEOUT_S,
    }
    try:
        nc = await nats.connect(**{**patient, **hasty})
    except (OSError, TimeoutError, NatsError) as error:
        url = redacted(settings.nats_url)
        why = "" if isinstance(error, NoServersError) else f" ({redacted(str(error))})"
        unknown = "authorization" in str(error).lower()
        mend = "NATS_NKEY_SEED_FILE" if unknown else "NATS_URL"
        raise Unavailable("nats", f"cannot connect to {url}{why}; check {mend}") from error
    # Only the first connection must come at once; one that is lost later is made again.
    nc.options |= {name: patient.get(name, True) for name in hasty if name != "connect_timeout"}
    try:
        yield nc
    finally:
        with suppress(OSError, NatsError):  # the server may be gone by now
            await nc.close()


async def _only_refusals(error: Exception) -> None:
    _is_refusal(error)
