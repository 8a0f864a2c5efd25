"""What the gateway takes from the bus: reports about jobs, and the call to tidy up."""

import asyncio
from typing import TYPE_CHECKING

from nats.errors import Error as NatsError

from common.boundary import Boundary
from common.delivery import Delivery
from common.events import JobReported, TidyRequested
from common.handlers import Binding, Handlers
from common.runtime import Runtime
from gateway import jobfold, jobs, jobsweep
from gateway.failures import Missing
from gateway.ports import Stores

if TYPE_CHECKING:
    from nats.js import JetStreamContext

SERVICE = "gateway"
FETCH_S = 1.0
AGAIN_S = 1.0
TIDY = "tidy-jobs"
TIDY_CRON = "0 17 3 * * *"


def handlers(stores: Stores, *, kept_days: float) -> Handlers:
    """The handlers; several replicas share the work, and compare-and-set keeps it right."""
    table = Handlers(SERVICE)

    @table.on(JobReported)
    async def on_job_reported(event: JobReported) -> None:
        try:
            await jobs.change(stores.jobs, event.job, lambda job: jobfold.folded(job, event))
        except Missing:
            return  # forgotten meanwhile

    @table.on(TidyRequested)
    async def on_tidy_requested(_: TidyRequested) -> None:
        await jobsweep.tidy(stores, kept_days=kept_days)

    return table


async def take(runtime: Runtime, binding: Binding) -> None:
    """Take the messages of one durable, one after the other, until the stop.

    A plain loop: the framework would cost the page 0.6 s at the start.
    """
    boundary = Boundary(SERVICE, binding, runtime.ledger, runtime.js)
    consumer = binding.consumer
    while not runtime.stopping.is_set():
        try:
            pull = await runtime.js.pull_subscribe_bind(consumer.durable, consumer.stream)
            try:
                await _taken(pull, boundary, runtime.stopping)
            finally:
                await pull.unsubscribe()
        except (NatsError, TimeoutError):
            await asyncio.sleep(AGAIN_S)
    boundary.stopping.set()


async def _taken(
    pull: "JetStreamContext.PullSubscription", boundary: Boundary, stopping: asyncio.Event
) -> None:
    while not stopping.is_set():
        try:
            messages = await pull.fetch(1, timeout=FETCH_S)
        except TimeoutError:
            continue
        for message in messages:
            await boundary.take(Delivery(message))


async def schedule(runtime: Runtime) -> None:
    """Let the bus call for tidying once a day; again changes nothing."""
    await runtime.bus.schedule(TIDY, TIDY_CRON, TidyRequested(), time_zone="UTC")
