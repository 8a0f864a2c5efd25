"""Reads every row of the ledger, oldest first, without a consumer."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import structlog

from common import topology
from common.errors import UNREADABLE
from common.ledger import STREAM, Entry, decode
from common.stream import onwards

if TYPE_CHECKING:
    from nats.js import JetStreamContext

log = structlog.get_logger("paperbus")


async def revisions(js: "JetStreamContext", row: str = "*") -> AsyncIterator[Entry]:
    """Every revision of one kind of row (or of all) that the log holds now.

    One that cannot be read is passed over: the audit tells of it. Raises Unavailable.
    """
    subject = topology.ledger_subject("*", row)
    async for stored in onwards(js, STREAM, subject):
        try:
            yield Entry(decode(stored.body), stored.seq)
        except UNREADABLE as error:
            log.warning("row_unreadable", seq=stored.seq, error=str(error))
