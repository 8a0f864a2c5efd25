"""A chat that is asked only while the operator lets it be."""

from collections.abc import Callable

from common.errors import Unavailable
from common.llm import Ask, Chat, Reply

DEPENDENCY = "paid models"


class Permitted:
    """Wraps a chat; while it is switched off whoever asks waits, as for something that is down."""

    def __init__(self, chat: Chat, is_on: Callable[[str], bool]) -> None:
        self._chat = chat
        self._is_on = is_on

    async def ask(self, ask: Ask) -> Reply:
        """As ``Chat.ask``; raises Unavailable while the switch is off."""
        if not self._is_on("paid-models"):
            raise Unavailable(DEPENDENCY, "switched off by the operator")
        return await self._chat.ask(ask)
