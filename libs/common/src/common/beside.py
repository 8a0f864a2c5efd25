"""What runs beside the work of every service: controls, the book of errors, what it began with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog

from common.controls.watch import AGAIN_S
from common.errorbook.book import FLUSH_EVERY_S, Book
from common.errorbook.occurrence import listen, unlisten
from common.errorbook.record import BUCKET
from common.errors import ServiceError
from common.kv import Kv
from common.rights import user_of
from common.runtime import Runtime
from common.started import publish

log = structlog.get_logger("paperbus")

CLOSE_S = 8.0
"""Longer than an answer of the bus may take; the stop itself ends the process at its own time."""


@asynccontextmanager
async def beside(runtime: Runtime, settings: Any) -> AsyncIterator[None]:
    """Controls hold and errors are counted inside the block; its end stores the last counts."""
    kv = runtime.kv(BUCKET)
    book = Book(user_of(runtime.service), kv, every_s=FLUSH_EVERY_S)
    listen(book.note)
    await _read(runtime)
    tasks = [
        asyncio.create_task(runtime.controls.follow()),
        asyncio.create_task(book.run()),
        asyncio.create_task(_told(runtime.service, kv, settings)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        unlisten(book.note)
        await asyncio.wait(tasks, timeout=CLOSE_S)  # what was being stored is given back first
        if runtime.nc.is_connected:
            with suppress(TimeoutError):
                await asyncio.wait_for(book.flush(), CLOSE_S)


async def _read(runtime: Runtime) -> None:
    """Nothing may begin that was switched off, so the controls are waited for."""
    while not runtime.stopping.is_set():
        try:
            await runtime.controls.read()
            return
        except ServiceError as error:
            log.warning("waiting", on="nats", error=str(error))
            await asyncio.sleep(AGAIN_S)


async def _told(service: str, kv: Kv, settings: Any) -> None:
    """The settings are only for people to look at; without them everything works."""
    try:
        await publish(kv, service, settings)
    except ServiceError as error:
        log.debug("settings_untold", error=str(error))
