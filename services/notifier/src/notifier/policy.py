"""What becomes of a delivery after a try: pure, given the time."""

from datetime import datetime, timedelta

import msgspec

from common.ids import parse_time, stamp
from common.watches import Delivery
from common.watches.delivery import NO_EVENT
from notifier.telling import Outcome

LEASE_S = 45.0
"""A delivery in work for longer than this was left behind by a crash; no step takes as long."""
FACTOR = 4.0
_ENDS = {"sent": "sent", "failed": "failed", "gone": "failed", "unknown": "unknown"}


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait between tries and when to give up."""

    base_s: float
    cap_s: float
    max_age_s: float

    def delay_s(self, failures: int) -> float:
        """Seconds to wait after so many failures in a row."""
        return min(self.cap_s, self.base_s * FACTOR ** min(max(failures - 1, 0), 20))


def after(
    delivery: Delivery, outcome: Outcome, now: datetime, *, policy: Policy, failures: int
) -> Delivery:
    """The record after a try; ``failures`` is how often its place failed in a row."""
    said = {"at": stamp(now), "code": outcome.code, "said": outcome.said}
    if outcome.state in _ENDS:
        return ended(delivery, _ENDS[outcome.state], **said)
    wait = outcome.retry_after_s
    if wait is None:
        wait = policy.delay_s(max(failures, delivery.attempts))
    until = now + timedelta(seconds=wait)
    if until - parse_time(delivery.created) > timedelta(seconds=policy.max_age_s):
        said["said"] = f"given up after {delivery.attempts} tries: {outcome.said}"
        return ended(delivery, "failed", **said)
    return msgspec.structs.replace(delivery, state="waiting", next_at=stamp(until), **said)


def ended(delivery: Delivery, state: str, **said: object) -> Delivery:
    """The record of a delivery after which nothing comes; the fact is dropped."""
    return msgspec.structs.replace(delivery, state=state, next_at="", event=NO_EVENT, **said)


def is_abandoned(delivery: Delivery, now: datetime) -> bool:
    """Whether whoever worked on it is gone."""
    in_work = delivery.state in ("claimed", "sending")
    return in_work and now - parse_time(delivery.at) > timedelta(seconds=LEASE_S)


def is_due(delivery: Delivery, now: datetime) -> bool:
    """Whether a delivery that waits or was gathered may be gone on with."""
    return delivery.state in ("waiting", "gathered") and (
        not delivery.next_at or parse_time(delivery.next_at) <= now
    )
