"""Desks over one world, and papers for them to work on."""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

from common.events import PaperMeta
from common.jobs import Job
from fakes_gateway import World
from gateway.jobs import asking, kept
from gateway.jobs.desk import Desk

Meta = Callable[..., PaperMeta]


class Office:
    """Desks over one world."""

    def __init__(self, world: World, desks: int = 1) -> None:
        self.world, self.stores = world, world.stores()
        self.stopping = asyncio.Event()
        self.desks = [Desk(self.stores, f"desk-{n}", look_s=0.01) for n in range(desks)]

    async def __aenter__(self) -> "Office":
        self._tasks = [asyncio.create_task(desk.run(self.stopping)) for desk in self.desks]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stopping.set()
        await asyncio.gather(*self._tasks)

    async def ask(self, kind: str, **params: Any) -> Job:
        return await asking.start(self.stores, kind, params)

    async def until(self, job: Job, fits: Callable[[Job], bool]) -> Job:
        async with asyncio.timeout(60):
            while True:
                found = await kept.one(self.stores.jobs, job.id)
                if fits(found):
                    return found
                await asyncio.sleep(0.01)

    async def ended(self, job: Job) -> Job:
        return await self.until(job, lambda found: found.is_ended)

    def file(self, job: Job) -> str:
        return gzip.decompress(self.world.objects.bodies[job.result]).decode()


def filled(world: World, meta: Meta, count: int = 230) -> World:
    for n in range(count):
        world.add(meta(f"Paper {n}", announced=f"2026-07-{1 + n % 28:02d}"), f"arxiv:2401.{n:05d}")
    return world
