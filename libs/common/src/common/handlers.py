"""What a service does with which event: a table filled by one decorator."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, TypeVar

import msgspec

from common import topology
from common.batch import Draft
from common.events import Event, Message
from common.topology import Consumer


class Done(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The work is done and justifies no fact; only the ledger row is written."""

    detail: dict[str, Any] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Deferred(msgspec.Struct, frozen=True, kw_only=True):
    """Something is missing that another service makes: the row waits, and that one is asked.

    Row and question are one batch; the fact that answers has a higher epoch and brings the work
    back. ``ask`` has no message id, for a known one would refuse the batch.
    """

    reason: str
    ask: Draft


Result = Event | Done | Deferred | None
Handle = Callable[[Any], Awaitable[Result]]
M = TypeVar("M", bound=Message)


class Binding(NamedTuple):
    """One handler, the durable it works on, and how many messages it takes at once."""

    consumer: Consumer
    handle: Handle
    workers: int


class Handlers:
    """The handlers of one service."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.bindings: list[Binding] = []

    def on(
        self, event: type[M], *, workers: int = 1
    ) -> Callable[[Callable[[M], Awaitable[Result]]], Callable[[M], Awaitable[Result]]]:
        """Let the decorated function handle ``event``; KeyError when the topology has no such,
        ValueError when it is handled already.
        """
        consumer = topology.consumer_for(self.service, event)
        if any(binding.consumer is consumer for binding in self.bindings):
            raise ValueError(f"{self.service} handles {event.subject} already")

        def register(handle: Callable[[M], Awaitable[Result]]) -> Callable[[M], Awaitable[Result]]:
            self.bindings.append(Binding(consumer, handle, workers))
            return handle

        return register
