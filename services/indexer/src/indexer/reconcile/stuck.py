"""Papers that wait for a message that will never come: the ledger's janitor. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from common import topology
from common.events import Message, PaperAnnounced
from common.ids import parse_time
from common.ledger import FINAL
from common.topology import Consumer
from indexer.reconcile.compare import STUCK, Finding
from indexer.reconcile.papers import FETCHED, Mark, Paper

CHAIN: tuple[Consumer, ...] = tuple(
    one for one in topology.CONSUMERS if one.row and one.stream == topology.PAPERS
)
_STATES: dict[type[Message], str] = {
    one.states: one.row for one in CHAIN if one.states and one.row
} | {PaperAnnounced: FETCHED}
"""The row whose revision states a fact."""


class Durable(NamedTuple):
    """How far the server has come with one durable."""

    floor: int
    """Everything up to this sequence is settled."""
    outstanding: int
    """Messages that are waiting or in work."""

    def settled(self, seq: int) -> bool:
        """Whether a message at ``seq`` will not be delivered any more."""
        return seq <= self.floor or self.outstanding == 0


def stuck(
    paper: Paper, durables: Mapping[str, Durable], now: datetime, grace: timedelta
) -> Iterator[Finding]:
    """What is owed on this paper though nothing is under way, longer than ``grace``."""
    for consumer in CHAIN:
        owing, cause = _owing(paper, consumer)
        durable = durables.get(owing.durable)
        if cause is None or durable is None or now - parse_time(cause.at) < grace:
            continue
        if durable.settled(cause.seq + 1):  # the message follows its row in the batch
            words = f"no row {consumer.row} follows {consumer.event.subject} v{cause.version}"
            yield Finding(STUCK, paper.name, words, owing.durable)


def _owing(paper: Paper, consumer: Consumer) -> tuple[Consumer, Mark | None]:
    """Who has to move, and the revision that was written with the message for it."""
    own, cause = paper.marks.get(consumer.row or ""), _cause(paper, consumer)
    if cause is None or own is None or own.version < cause.version:
        return consumer, cause
    if own.version > cause.version or own.state in FINAL:
        return consumer, None
    if own.state == "waiting" and cause.epoch <= own.epoch:
        return _maker_of(consumer), own
    return consumer, max(own, cause)


def _cause(paper: Paper, consumer: Consumer) -> Mark | None:
    mark = paper.marks.get(_STATES[consumer.event])
    if mark is None:
        return None
    wanted = "announced" if consumer.event is PaperAnnounced else "done"
    return mark if mark.state == wanted else None


def _maker_of(consumer: Consumer) -> Consumer:
    """Who makes what this one works on."""
    return next(one for one in CHAIN if one.states is consumer.event)
