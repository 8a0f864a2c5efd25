"""What a pause of a durable says: which dependency is down, since when, until when.

The server keeps nothing of a pause but its end, so the digits below its second tell the rest: two
for the dependency, seven for how many seconds it was down already when the pause was renewed.
So whoever may look at a durable knows why it stands still, and nothing else has to be stored.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from nats.js.api import ConsumerInfo

PAUSE_S = 15
"""How long one pause lasts; it is renewed while its reason lasts."""
DEPENDENCIES: tuple[str, ...] = (
    "another dependency",
    "nats",
    "objects",
    "qdrant",
    "llm",
    "embedder",
    "arxiv",
    "gateway",
    "smtp",
    "budget of the day",
    "budget of the month",
    "paid models",
)
"""Their places are on the wire: only add at the end."""
BY_HAND = "a person"
BY_SWITCH = "the operator"
SWITCHED_OFF = "2200-01-01T00:00:00"
"""The end of a pause that lasts as long as a switch is off."""
MAX_AGE_S = 9_999_999

State = Literal["waiting", "waiting_budget", "switched_off"]


class Pause(msgspec.Struct, frozen=True, kw_only=True):
    """Why a durable gives out nothing; times are RFC 3339 UTC."""

    state: State = "waiting"
    dependency: str
    """What is waited for; ``a person`` where the pause is not one of ours, ``the operator`` where
    it was switched off."""
    since: str = ""
    """When it went down, as far as that is known."""
    until: str = ""
    """When the pause ends if nobody renews it; for a budget, when there is money again."""


def end_of(dependency: str, since: str, now: datetime) -> str:
    """The end of a pause that begins ``now``, with its reason written into it."""
    place = DEPENDENCIES.index(dependency) if dependency in DEPENDENCIES else 0
    age_s = round((now - datetime.fromisoformat(since)).total_seconds()) if since else 0
    until = now.astimezone(UTC) + timedelta(seconds=PAUSE_S)
    reason = f"{place:02d}{min(max(0, age_s), MAX_AGE_S):07d}"
    return f"{until:%Y-%m-%dT%H:%M:%S}.{reason}Z"


def remaining_s(info: "ConsumerInfo") -> float:
    """How long the pause of a durable still lasts; 0 when it is not paused."""
    return float(info.pause_remaining or 0) / 1e9 if info.paused else 0.0


def is_ours(info: "ConsumerInfo") -> bool:
    """Whether a service made the pause, which is never longer than this."""
    return remaining_s(info) <= PAUSE_S + 1


def is_switched_off(info: "ConsumerInfo") -> bool:
    """Whether a switch of the operator holds a durable back."""
    return bool(info.paused) and (info.config.pause_until or "").startswith(SWITCHED_OFF)


def pause_of(info: "ConsumerInfo") -> Pause | None:
    """Why a durable is paused; None when it is not."""
    if not info.paused or not info.config.pause_until:
        return None
    end = info.config.pause_until
    whole, _, fraction = end.rstrip("Z").partition(".")
    until = datetime.fromisoformat(f"{whole}+00:00")
    if is_switched_off(info):
        return Pause(state="switched_off", dependency=BY_SWITCH)
    if not is_ours(info):
        return Pause(dependency=BY_HAND, until=_text(until))
    digits = fraction.ljust(9, "0")
    place, age_s = int(digits[:2]), int(digits[2:9])
    name = DEPENDENCIES[place] if place < len(DEPENDENCIES) else DEPENDENCIES[0]
    since = _text(until - timedelta(seconds=PAUSE_S + age_s))
    if not name.startswith("budget"):
        return Pause(dependency=name, since=since, until=_text(until))
    month = name.endswith("month")
    again = next_month(until) if month else next_day(until)
    return Pause(state="waiting_budget", dependency=name, since=since, until=_text(again))


def next_day(now: datetime) -> datetime:
    """Midnight UTC after ``now``."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


def next_month(now: datetime) -> datetime:
    """The first midnight UTC of the month after ``now``."""
    day = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (day + timedelta(days=32)).replace(day=1)


def _text(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
