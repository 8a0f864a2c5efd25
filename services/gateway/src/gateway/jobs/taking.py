"""What the gateway takes from the bus: reports about jobs, and the call to tidy up."""

from common.boundary import Boundary
from common.events import JobReported, TidyRequested
from common.handlers import Binding, Handlers
from common.pulling import pull
from common.runtime import Runtime
from common.schedules.settings import OFF
from gateway.failures import Missing
from gateway.jobs import fold, kept, sweep
from gateway.ports import Stores

SERVICE = "gateway"
FETCH_S = 1.0
TIDY = "tidy-jobs"


def handlers(stores: Stores, *, kept_days: float) -> Handlers:
    """The handlers; several replicas share the work, and compare-and-set keeps it right."""
    table = Handlers(SERVICE)

    @table.on(JobReported)
    async def on_job_reported(event: JobReported) -> None:
        try:
            await kept.change(stores.jobs, event.job, lambda job: fold.folded(job, event))
        except Missing:
            return  # forgotten meanwhile

    @table.on(TidyRequested)
    async def on_tidy_requested(_: TidyRequested) -> None:
        await sweep.tidy(stores, kept_days=kept_days)

    return table


async def take(runtime: Runtime, binding: Binding) -> None:
    """Take the messages of one durable until the stop.

    By a plain loop: the framework would cost the page 0.6 s at the start.
    """
    boundary = Boundary(SERVICE, binding, runtime.ledger, runtime.js)
    stopping = runtime.stopping
    await pull(runtime.js, binding.consumer, take=boundary.take, stopping=stopping, idle_s=FETCH_S)
    boundary.stopping.set()


async def schedule(runtime: Runtime, cron: str) -> None:
    """Let the bus call for tidying once a day; again changes nothing."""
    if cron == OFF:
        await runtime.bus.unschedule(TIDY)
    else:
        await runtime.bus.schedule(TIDY, cron, TidyRequested(), time_zone="UTC")
