"""How a message dies: row ``dead`` and dead letter in one batch."""

from typing import TYPE_CHECKING

import msgspec
import structlog

from common import metrics
from common.batch import Draft, publish_one
from common.delivery import Delivery
from common.errorbook.occurrence import Occurrence, happened
from common.errors import ServiceError
from common.ledger import STREAM, Ledger
from common.letters.letter import letter, lineage_of
from common.redact import redacted
from common.trace import trace_id_of
from common.work import Work

if TYPE_CHECKING:
    from nats.js import JetStreamContext

log = structlog.get_logger("paperbus")

MAX_ERROR_CHARS = 500


class Burial:
    """Writes the dead letters of one service."""

    def __init__(self, service: str, ledger: Ledger, js: "JetStreamContext") -> None:
        self._service = service
        self._ledger = ledger
        self._js = js

    async def bury(self, work: Work, error: Exception, reason: str) -> bool:
        """Row and letter of a message; False when they could not be stored."""
        happened(Occurrence(error, reason, trace_id_of(work.event.trace)))
        dead = self._letter(work.delivery, error, reason, work.event.trace)
        if not work.has_row:
            return await self._alone(dead, reason)
        text = redacted(str(error) or repr(error))[:MAX_ERROR_CHARS]
        row = msgspec.structs.replace(work.row("dead"), reason=reason, error=text)
        try:
            stored = await self._ledger.commit(row, work.entry, dead)
        except ServiceError as failure:
            log.error("dead_letter_failed", error=str(failure))
            return False
        return self._counted(stored, reason)

    async def refuse(self, delivery: Delivery, error: Exception) -> bool:
        """The letter of a body that is no message of ours; False when it could not be stored."""
        log.error("undecodable", on=delivery.subject, seq=delivery.stream_seq, error=str(error))
        return await self._alone(self._letter(delivery, error, "undecodable", ""), "undecodable")

    async def _alone(self, dead: Draft, reason: str) -> bool:
        try:
            await publish_one(self._js, STREAM, dead)
        except ServiceError as failure:
            log.error("dead_letter_failed", error=str(failure))
            return False
        return self._counted(True, reason)

    def _counted(self, stored: bool, reason: str) -> bool:
        if stored:
            metrics.DEAD_LETTERS.labels(self._service, reason).inc()
        return stored

    def _letter(self, delivery: Delivery, error: Exception, reason: str, trace: str) -> Draft:
        why = {
            **lineage_of(delivery.headers),
            "class": type(error).__name__,
            "reason": reason,
            "error": str(error),
            "attempts": str(delivery.delivered),
            "seq": str(delivery.stream_seq),
        }
        return letter(delivery.subject, delivery.body, service=self._service, why=why, trace=trace)
