"""One message in the hands of a service, and the ledger rows it may lead to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from common import topology
from common.delivery import Delivery
from common.errors import Terminal
from common.events import Event, Message
from common.handlers import Deferred, Done, Result
from common.ids import now
from common.ledger import Entry, Row, State, draft_of, stamp
from common.topology import Consumer
from common.trace import current_traceparent

if TYPE_CHECKING:
    from common.batch import Draft


@dataclass
class Work:
    """A decoded message, its delivery, and what the ledger said when it was taken."""

    consumer: Consumer
    event: Message
    delivery: Delivery
    started: str
    entry: Entry | None = None

    @property
    def has_row(self) -> bool:
        """Whether the ledger keeps what comes of it."""
        return self.consumer.row is not None and isinstance(self.event, Event)

    def is_covered(self) -> bool:
        """Whether the ledger says that nothing is left to do."""
        if self.entry is None or not isinstance(self.event, Event):
            return False
        asked_by_name = self.delivery.subject != self.consumer.event.subject
        replay = asked_by_name or self.consumer.stream != topology.PAPERS
        return self.entry.row.covers(self.event.version, self.event.epoch, replay=replay)

    def attributes(self) -> dict[str, str | int]:
        """What a span says about it."""
        about: dict[str, str | int] = {
            "messaging.system": "nats",
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.destination.name": self.event.subject,
            "messaging.consumer.group.name": self.consumer.durable,
            "messaging.message.id": self.event.event_id,
            "messaging.delivery_count": self.delivery.delivered,
        }
        if isinstance(self.event, Event):
            about |= {"paperbus.paper": self.event.paper, "paperbus.version": self.event.version}
        return about

    def row(self, state: State) -> Row:
        """The row this work leads to, without a result."""
        assert isinstance(self.event, Event)
        return Row(
            paper=self.event.paper,
            row=self.consumer.row or self.consumer.service,
            state=state,
            version=self.event.version,
            epoch=self.event.epoch,
            at=now(),
            started=self.started,
            attempts=self.delivery.delivered,
            cause=self.event.event_id,
            trace=current_traceparent(),
        )

    def outcome(self, result: Result) -> "tuple[Row, tuple[Draft, ...]]":
        """The row and the fact it justifies; raises Terminal when the fact is wrong.

        A Done where a fact was due means that this version was overtaken: row ``cancelled``.
        """
        assert isinstance(self.event, Event)
        kind = self.consumer.states
        if isinstance(result, Deferred):
            row = msgspec.structs.replace(self.row("waiting"), reason=result.reason)
            return row, (result.ask,)
        if isinstance(result, Done) or (result is None and kind is None):
            done = result or Done()
            row = self.row("done" if kind is None else "cancelled")
            return _with(row, done.detail, done.notes), ()
        if kind is None or not isinstance(result, kind):
            due = kind.__name__ if kind else "Done"
            raise Terminal(f"handler gave {type(result).__name__}, not {due}")
        row = self.row("done")
        epoch = max(result.epoch, self.event.epoch)
        fact = stamp(msgspec.structs.replace(result, epoch=epoch), row.trace)
        return _with(row, fact, getattr(fact, "notes", ())), (draft_of(fact),)


def _with(row: Row, result: Any, notes: tuple[str, ...]) -> Row:
    body = msgspec.Raw(msgspec.json.encode(result))
    return msgspec.structs.replace(row, result=body, notes=tuple(notes))
