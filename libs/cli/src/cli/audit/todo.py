"""What is still to be done for a paper, as its rows, facts and retries say."""

from collections.abc import Iterator

from cli.audit.paper import Paper, Retry
from common import topology
from common.events import PaperAnnounced
from common.ledger import FINAL, Row
from common.topology import Consumer

ROOT = "fetcher"
_STEPS = [one for one in topology.CONSUMERS if one.stream == topology.PAPERS and one.row]
_CAUSES = {one.states.subject: one.row for one in topology.CONSUMERS if one.states and one.row}


def todo(paper: Paper) -> Iterator[tuple[Consumer, int]]:
    """What has not ended, and the place of the message it works on; retries come first."""
    for retry in paper.retries:
        consumer = _consumer(retry)
        if consumer is not None and not _is_over(paper.rows.get(retry.row), retry):
            yield consumer, retry.seq
    for consumer in _STEPS:
        cause = _cause(paper, consumer)
        if cause is not None and not _has_ended(paper.rows.get(consumer.row or ""), cause[0]):
            yield consumer, cause[1]


def _cause(paper: Paper, consumer: Consumer) -> tuple[int, int] | None:
    """Version and place of the fact that a step works on; a fact lies right behind its row."""
    subject = consumer.event.subject
    name = ROOT if subject == PaperAnnounced.subject else _CAUSES.get(subject, "")
    row = paper.rows.get(name)
    if row is None or (subject != PaperAnnounced.subject and row.state != "done"):
        return None
    return row.version, paper.seqs[name] + 1


def _has_ended(row: Row | None, version: int) -> bool:
    return row is not None and row.version >= version and row.state in FINAL


def _is_over(row: Row | None, retry: Retry) -> bool:
    if row is None:
        return False
    if row.version != retry.version:
        return row.version > retry.version
    return row.epoch >= retry.epoch and row.state != "announced"


def _consumer(retry: Retry) -> Consumer | None:
    found = (one for one in _STEPS if (one.service, one.row) == (retry.service, retry.row))
    return next(found, None)
