"""Calls of a model are counted by outcome, and those that answer are timed."""

import pytest
from prometheus_client import REGISTRY

from common.errors import Unavailable
from common.llm import Ask, Reply, Usage
from summarizer.measured import Measured

ASK = Ask(model="measured-model", system="s", user="u", max_tokens=5)
REPLY = Reply(
    call_id="1",
    text="t",
    finish="stop",
    model="measured-model",
    usage=Usage(prompt_tokens=1, completion_tokens=1),
)


class Moody:
    def __init__(self) -> None:
        self.down = False

    async def ask(self, ask: Ask) -> Reply:
        if self.down:
            raise Unavailable("llm", "gone")
        return REPLY


def told() -> tuple[float | None, ...]:
    model = {"model": ASK.model}
    return (
        REGISTRY.get_sample_value("paperbus_llm_requests_total", {**model, "outcome": "ok"}),
        REGISTRY.get_sample_value("paperbus_llm_requests_total", {**model, "outcome": "error"}),
        REGISTRY.get_sample_value("paperbus_llm_request_duration_seconds_count", model),
    )


async def test_calls_are_counted() -> None:
    chat = Moody()
    measured = Measured(chat)
    assert await measured.ask(ASK) == REPLY
    assert told() == (1, None, 1)
    chat.down = True
    with pytest.raises(Unavailable):
        await measured.ask(ASK)
    assert told() == (1, 1, 1)
