"""Checks A2 and A3: each revision of a row follows the one before, and an end is an end."""

from cli.audit.facts import RowHead
from common.ledger import Row
from common.scan import Read

GUARD = "Nats-Expected-Last-Subject-Sequence"
ROOT = ("fetcher", "announced")
STILLBORN = ("dead", "event_too_large")
"""A record that was too large to be announced."""
DROPPED = ("dead", "cancelled", "dropped")


def unguarded(message: Read, before: int) -> str:
    """How a revision was stored without looking at the one before; empty when it was not."""
    guard = message.headers.get(GUARD)
    if guard == str(before):
        return ""
    return f"revision {message.seq} was stored after {before}, guarded by {guard or 'nothing'}"


def wrong_start(row: RowHead) -> str:
    """How a row began that may not begin so."""
    if row.row != ROOT[0] or row.state == ROOT[1] or (row.state, row.reason) == STILLBORN:
        return ""
    return f"began as {row.state}, not as {ROOT[1]}"


def announced_again(row: RowHead, before: Row) -> bool:
    """Whether a root says once more what it said, as by a request that was answered ambiguously."""
    is_root = (row.row, row.state) == ROOT and before.state == ROOT[1]
    return is_root and (row.version, row.epoch) <= (before.version, before.epoch)


def past_its_end(row: RowHead, before: Row) -> str:
    """What came after an end, neither for a newer version nor asked for again."""
    if (before.state, row.state, row.reason) == DROPPED and row.version == before.version:
        return ""  # an operator gave it up for good
    if not before.covers(row.version, row.epoch, replay=True):
        return ""
    return (
        f"{before.state} v{before.version} (epoch {before.epoch}) was followed by "
        f"{row.state} v{row.version} (epoch {row.epoch})"
    )
