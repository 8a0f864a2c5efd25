"""The gauge of dead letters that wait."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from nats.errors import Error as NatsError

from gateway import letters


class Stream:
    """Answers with what it was given, an error included, then asks for the stop."""

    def __init__(self, answer: Any, stopping: asyncio.Event) -> None:
        self._answer = answer
        self._stopping = stopping

    async def stream_info(self, name: str, subjects_filter: str) -> Any:
        assert (name, subjects_filter) == ("PAPERS", "dead.>")
        self._stopping.set()
        if isinstance(self._answer, Exception):
            raise self._answer
        return SimpleNamespace(state=SimpleNamespace(subjects=self._answer))


def shown() -> float:
    (metric,) = letters.WAITING.collect()
    return metric.samples[0].value


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"dead.paper.fetched": 2, "dead.paper.announced": 1}, 3),
        (None, 0),
        (NatsError("gone"), 7),
        (TimeoutError(), 7),
    ],
)
async def test_letters_are_counted(answer: Any, expected: float) -> None:
    letters.WAITING.set(7)
    stopping = asyncio.Event()
    stream: Any = Stream(answer, stopping)
    await asyncio.wait_for(letters.count(stream, stopping), 5)
    assert shown() == expected
