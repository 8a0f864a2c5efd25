"""What was told to whom: the record the notifier keeps and the gateway shows."""

from typing import Literal

import msgspec

from common.kv import key
from common.watches.watch import Moment

State = Literal["claimed", "sending", "waiting", "gathered", "sent", "failed", "unknown"]
FINAL: frozenset[State] = frozenset(("sent", "failed", "unknown"))

RECORDS = "told"
OPEN = "open"
MAILS = "mail"
"""Mails that are not about one paper: digests, and news of the system."""
DISABLED = "disabled"
NO_EVENT = msgspec.Raw(b"")
"""Only this very object is left out when a record is encoded; an equal one makes broken JSON."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One watch and one paper; times are RFC 3339 UTC.

    claimed: somebody works on it, nothing was handed over · sending: it is being handed over ·
    waiting: tried in vain, another try comes · gathered: to be told in the digest of its period ·
    sent, failed, unknown: ended.
    """

    id: str
    """Derived from watch, paper and moment; the webhook-id and the Message-ID."""
    watch: str
    paper: str
    version: int
    moment: Moment
    channel: Literal["webhook", "mail"]
    place: str
    """Host of the webhook, or the mail address."""
    title: str = ""
    state: State
    attempts: int = 0
    created: str
    at: str
    """When the record was last written."""
    next_at: str = ""
    """When a waiting or gathered one is gone on with."""
    period: str = ""
    """When the period ends whose digest holds it; empty when it is told alone."""
    code: int = 0
    """The last answer: HTTP status or SMTP reply code."""
    said: str = ""
    """Why it failed or waits, in plain words."""
    score: float = 0.0
    hits: tuple[str, ...] = ()
    """The parts of the query that were found, with their places."""
    event: msgspec.Raw = NO_EVENT
    """The fact to tell, kept until it has ended."""

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in FINAL


class Disabled(msgspec.Struct, frozen=True, kw_only=True):
    """A watch whose receiver said it is gone (410); another address makes it work again."""

    watch: str
    place_sha256: str
    at: str


def record_key(watch: str, paper: str, moment: Moment) -> str:
    """Where the record lies in the bucket ``deliveries``."""
    return key(RECORDS, watch, paper, moment)


def open_key(watch: str, paper: str, moment: Moment) -> str:
    """The marker that lies beside a record until it has ended."""
    return key(OPEN, watch, paper, moment)


def disabled_key(watch: str) -> str:
    """Where a 410 is remembered."""
    return key(DISABLED, watch)


def decode_delivery(body: bytes) -> Delivery:
    """The record stored as ``body``; raises msgspec.DecodeError when it is none."""
    return msgspec.json.decode(body, type=Delivery)
