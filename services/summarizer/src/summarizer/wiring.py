"""The summarizer put together: its core with the adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from common import llm, objects
from common.ids import now
from common.runtime import Runtime
from common.service import Wired
from summarizer import handlers
from summarizer.settings import Settings
from summarizer.spend import Spend
from summarizer.summarize import Summarizer


@asynccontextmanager
async def opened(runtime: Runtime, settings: Settings) -> AsyncIterator[Summarizer]:
    """The core with its adapters; a model is only connected to when there is one."""
    own = settings.summarizer
    chat = None
    if own.asks_model:
        chat = llm.connect(
            own.openai_api_key,
            own.base_url,
            connect_timeout_s=own.summary_connect_timeout_s,
            timeout_s=own.summary_read_timeout_s,
        )
    spend = Spend(runtime.kv("spend"), own.prices, now)
    try:
        yield Summarizer(own, objects.connect(settings.objects), spend, chat=chat, now=now)
    finally:
        if chat is not None:
            await chat.close()


@asynccontextmanager
async def wire(runtime: Runtime, settings: Settings) -> AsyncIterator[Wired]:
    """What the runtime runs."""
    async with opened(runtime, settings) as core:
        workers = settings.summarizer.summary_workers
        yield Wired(handlers=handlers.wire(core, runtime.ledger, workers=workers))
