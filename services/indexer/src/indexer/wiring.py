"""The indexer put together: its core, what recovers lost things, and the reconciliation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from common import objects
from common.events import ReconcileRequested
from common.ids import now
from common.jobs import BUCKET as JOBS
from common.jobwork import JobWork
from common.reconciles import BUCKET
from common.retrying import Retrying
from common.runtime import Runtime
from common.schedules.settings import OFF
from common.service import Wired
from indexer import handlers
from indexer.opening import opened
from indexer.reconcile.reconciler import Reconciler
from indexer.reconcile.record import Records
from indexer.reconcile.world import RealWorld, serving
from indexer.recovering import Recovering
from indexer.settings import Settings

SCHEDULE = "reconcile"


@asynccontextmanager
async def wired(runtime: Runtime, settings: Settings) -> AsyncIterator[Wired]:
    """What the runtime runs."""
    own = settings.indexer
    async with opened(runtime, settings) as core:
        by_bus = settings.schedules.schedules_by == "bus"
        await _schedule(runtime, own.reconcile_schedule if by_bus else OFF)
        recovering = Recovering(
            core,
            runtime.ledger,
            Retrying(runtime.js, runtime.ledger, why="refetch"),
            lambda: _mend(runtime, settings),
        )
        asked = handlers.Asked(JobWork(runtime.kv(JOBS), runtime.bus), runtime.ledger)
        mending = reconciler(runtime, settings)
        yield Wired(handlers.wire(recovering, mending, asked, workers=own.index_workers))


def reconciler(runtime: Runtime, settings: Settings) -> Reconciler:
    """The reconciliation; every run opens an index of its own."""

    @asynccontextmanager
    async def world() -> AsyncIterator[RealWorld]:
        async with serving(runtime, settings.vectors) as vectors:
            yield RealWorld(runtime, objects.connect(settings.objects), vectors)

    records = Records(runtime.kv(BUCKET))
    return Reconciler(world, records, now, grace_s=settings.indexer.reconcile_grace_s)


async def _mend(runtime: Runtime, settings: Settings) -> None:
    async with serving(runtime, settings.vectors) as vectors:
        await vectors.ensure()


async def _schedule(runtime: Runtime, cron: str) -> None:
    if cron != OFF:
        await runtime.bus.schedule(SCHEDULE, cron, ReconcileRequested(), time_zone="UTC")
    else:
        await runtime.bus.unschedule(SCHEDULE)
