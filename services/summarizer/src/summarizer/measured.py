"""A chat whose calls are counted and timed."""

import time

from common.errors import ServiceError
from common.llm import Ask, Chat, Reply
from summarizer.metrics import REQUEST_DURATION, REQUESTS


class Measured:
    """Wraps a chat; what it raises goes on."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def ask(self, ask: Ask) -> Reply:
        """As ``Chat.ask``."""
        started_s = time.perf_counter()
        try:
            reply = await self._chat.ask(ask)
        except ServiceError:
            REQUESTS.labels(ask.model, "error").inc()
            raise
        REQUESTS.labels(ask.model, "ok").inc()
        REQUEST_DURATION.labels(ask.model).observe(time.perf_counter() - started_s)
        return reply
