"""Asks one service to do its work for one paper again; nobody else is woken (ADR 0004)."""

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from common import paperid, topology
from common.batch import Draft, publish_one
from common.events import Event, PaperAnnounced, PaperFetched
from common.ids import event_id, message_id
from common.ledger import FINAL, STREAM, Ledger, Row

if TYPE_CHECKING:
    from nats.js import JetStreamContext

WHY = "Paperbus-Why"
"""Header of a retry: what asked for it, such as ``rebuild``."""


class Step(NamedTuple):
    """One service and the fact it shall work on again."""

    service: str
    event: Event
    above: int = 0
    """The epoch is raised over this too."""


class Asked(NamedTuple):
    """A retry that is under way."""

    step: Step
    row: str
    epoch: int

    @property
    def subject(self) -> str:
        """Where its ledger row lies."""
        return topology.ledger_subject(paperid.to_token(self.step.event.paper), self.row)

    def is_over(self, row: Row) -> bool:
        """Whether this row says that nothing more comes of it by itself."""
        if row.version != self.step.event.version:
            return row.version > self.step.event.version
        return row.epoch >= self.epoch and row.state in FINAL

    def is_parked(self, row: Row) -> bool:
        """Whether the work goes on when another service has made what is missing."""
        same = row.version == self.step.event.version
        return same and row.epoch >= self.epoch and row.state == "waiting"


class Retrying:
    """Publishes retries. Methods raise Unavailable."""

    def __init__(self, js: "JetStreamContext", ledger: Ledger, *, why: str) -> None:
        self._js = js
        self._ledger = ledger
        self._why = why

    async def retry(self, step: Step) -> Asked:
        """Ask, with an epoch over the one that the row has; the same asked twice is done once."""
        asked = await self._raised(step)
        draft = msgspec.structs.replace(self._draft(asked), message_id=self._id(asked))
        await publish_one(self._js, STREAM, draft)
        return asked

    async def question(self, step: Step) -> Draft:
        """The same as a message for a batch of somebody else; it has no message id."""
        return self._draft(await self._raised(step))

    async def _raised(self, step: Step) -> Asked:
        event = step.event
        row = topology.consumer_for(step.service, type(event)).row
        assert row is not None
        entry = await self._ledger.read(event.paper, row)
        same = entry is not None and entry.row.version == event.version
        known = entry.row.epoch if entry is not None and same else -1
        return Asked(step, row, max(event.epoch, known + 1, step.above + 1 if step.above else 0))

    def _draft(self, asked: Asked) -> Draft:
        event = asked.step.event
        named = event_id(event.paper, event.subject, event.version, asked.epoch)
        raised = msgspec.structs.replace(event, epoch=asked.epoch, event_id=named)
        return Draft(
            subject=topology.retry_subject(asked.step.service, event.subject),
            body=msgspec.json.encode(raised),
            trace=event.trace,
            headers={WHY: self._why},
        )

    @staticmethod
    def _id(asked: Asked) -> str:
        event = asked.step.event
        parts = (event.paper, event.subject, str(event.version), str(asked.epoch))
        return message_id("retry", asked.step.service, *parts)


def announcement(fetched: PaperFetched) -> PaperAnnounced:
    """What the fetcher must be told again to fetch the paper anew."""
    return PaperAnnounced(
        paper=fetched.paper,
        version=fetched.version,
        epoch=fetched.epoch,
        at=fetched.announced_at or fetched.at,
        trace=fetched.trace,
        meta=fetched.meta,
    )
