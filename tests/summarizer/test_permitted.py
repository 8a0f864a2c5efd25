"""A model that the operator switched off is not asked, and whoever asks waits."""

import pytest

from common.errors import Unavailable
from common.llm import Ask, Reply
from common.pauses import DEPENDENCIES
from summarizer.permitted import DEPENDENCY, Permitted


class Chat:
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []

    async def ask(self, ask: Ask) -> Reply:
        self.asked.append(ask)
        raise AssertionError("asked")


async def test_a_switched_off_model_is_waited_for() -> None:
    flags = {"paid-models": False}
    chat = Chat()
    permitted = Permitted(chat, flags.__getitem__)
    ask = Ask(model="m", system="s", user="u", max_tokens=1)
    with pytest.raises(Unavailable, match="switched off by the operator") as caught:
        await permitted.ask(ask)
    assert caught.value.dependency == DEPENDENCY in DEPENDENCIES
    assert chat.asked == []
    flags["paid-models"] = True
    with pytest.raises(AssertionError, match="asked"):
        await permitted.ask(ask)
