"""The summarizer put together: its core with the adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from common import llm, objects
from common.ids import now
from common.jobs import BUCKET
from common.jobwork import JobWork
from common.retrying import Retrying
from common.runtime import Runtime
from common.service import Wired
from summarizer import handlers
from summarizer.budget import Budget, Budgeted, Limits
from summarizer.measured import Measured
from summarizer.metrics import BUDGET
from summarizer.permitted import Permitted
from summarizer.recovering import Recovering
from summarizer.settings import Settings
from summarizer.spend import Spend
from summarizer.summarize import Summarizer


@asynccontextmanager
async def opened(runtime: Runtime, settings: Settings) -> AsyncIterator[Summarizer]:
    """The core with its adapters; a model is only connected to when there is one."""
    own = settings.summarizer
    limited = own.has_budget
    endpoint = urlsplit(own.base_url).hostname or ""
    spend = Spend(runtime.kv("spend"), own.prices, now, endpoint=endpoint)
    limits = Limits(own.summary_budget_day_usd, own.summary_budget_month_usd)
    chat = None
    if own.asks_model:
        chat = llm.connect(
            own.openai_api_key,
            own.base_url,
            connect_timeout_s=own.summary_connect_timeout_s,
            timeout_s=own.summary_read_timeout_s,
        )
    for period, limit_usd in (("day", limits.day_usd), ("month", limits.month_usd)):
        if limit_usd:
            BUDGET.labels(period).set(limit_usd)
    measured = Permitted(Measured(chat), runtime.controls.is_on) if chat else None
    asked = Budgeted(measured, Budget(spend, limits, now)) if measured and limited else measured
    try:
        yield Summarizer(own, objects.connect(settings.objects), spend, chat=asked, now=now)
    finally:
        if chat is not None:
            await chat.close()


@asynccontextmanager
async def wire(runtime: Runtime, settings: Settings) -> AsyncIterator[Wired]:
    """What the runtime runs."""
    async with opened(runtime, settings) as core:
        workers = settings.summarizer.summary_workers
        work = JobWork(runtime.kv(BUCKET), runtime.bus)
        retrying = Retrying(runtime.js, runtime.ledger, why="text_missing")
        recovering = Recovering(core, runtime.ledger, retrying)
        yield Wired(handlers=handlers.wire(recovering, runtime.ledger, work, workers=workers))
