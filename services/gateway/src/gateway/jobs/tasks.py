"""Everything about jobs that runs beside the pages: reports, own work, repairs."""

import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from common.errors import ServiceError
from common.runtime import Runtime
from gateway.jobs import sweep, taking
from gateway.jobs.board import Board
from gateway.jobs.desk import Desk
from gateway.ports import Stores
from gateway.settings import GatewaySettings

log = structlog.get_logger("gateway.jobs")

Task = Callable[[], Awaitable[None]]


def tasks(
    runtime: Runtime, stores: Stores, board: Board, settings: GatewaySettings
) -> tuple[Task, ...]:
    """What the runtime runs until the stop."""
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    desk = Desk(stores, name)
    table = taking.handlers(stores, kept_days=settings.gateway_jobs_kept_days)
    stale_s = settings.gateway_job_stale_minutes * 60
    stopping = runtime.stopping

    async def scheduled() -> None:
        try:
            await taking.schedule(runtime, settings.gateway_tidy_schedule)
        except ServiceError as error:
            log.warning("not_scheduled", error=str(error))
        await stopping.wait()

    return (
        scheduled,
        lambda: board.run(stopping),
        lambda: desk.run(stopping),
        lambda: sweep.sweep(stores, stopping, stale_s=stale_s),
        *(partial(taking.take, runtime, binding) for binding in table.bindings),
    )
