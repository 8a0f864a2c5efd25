"""What becomes of a message: a pure decision from how its handling ended."""

import random
from typing import Literal, NamedTuple

from common import topology
from common.errors import Retryable, Terminal

Verdict = Literal["ack", "nak", "dead"]

BASE_DELAY_S = 1.0
MAX_DELAY_S = 300.0
MAX_DOUBLINGS = 16
CRASH_LIMIT = 2 * topology.MAX_ATTEMPTS
"""Deliveries after which a message that never came to an end is taken to kill its workers."""


class Settlement(NamedTuple):
    """How to settle, after which delay for ``nak``, and why for ``dead``."""

    verdict: Verdict
    delay_s: float = 0.0
    reason: str = ""


def settlement(
    error: Exception | None, delivered: int, *, jitter: float | None = None
) -> Settlement:
    """How to settle a message that was delivered ``delivered`` times and ended with ``error``.

    ``jitter`` in 0..1 replaces the random part of the delay.
    """
    if error is None:
        return Settlement("ack")
    if isinstance(error, Terminal):
        return Settlement("dead", reason=error.reason)
    if delivered >= topology.MAX_ATTEMPTS:
        return Settlement("dead", reason=_reason(error))
    return Settlement("nak", delay_s=_delay_s(error, delivered, jitter))


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "deadline"
    return "gave_up" if isinstance(error, Retryable) else "bug"


def _delay_s(error: Exception, delivered: int, jitter: float | None) -> float:
    asked = error.delay_s if isinstance(error, Retryable) else None
    if asked is not None:
        return max(0.1, asked)
    return backoff_s(delivered, jitter)


def backoff_s(attempt: int, jitter: float | None = None) -> float:
    """Seconds to wait after the ``attempt``-th failure: exponential, capped, half of it random."""
    share = random.random() if jitter is None else jitter
    full = min(MAX_DELAY_S, BASE_DELAY_S * 2.0 ** min(max(0, attempt - 1), MAX_DOUBLINGS))
    return float(full * (0.5 + 0.5 * share))
