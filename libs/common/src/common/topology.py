"""Streams, consumers and buckets: the one place that names them."""

import msgspec

from common import events
from common.events import Message

DAY_S = 86_400
MIB = 1024 * 1024

ACK_WAIT_S = 30
MAX_DELIVER = 20
"""A net far above the runtime's own limit of attempts (rule N17)."""
MAX_ATTEMPTS = 5
DEADLINE_S = 600
MAX_EVENT_BYTES = 64 * 1024
MAX_LETTER_BYTES = MIB - 4096
"""A dead letter may be larger than an event: whatever came must fit, with the reason."""
DEAD_LETTER_TTL_S = 90 * DAY_S

PAPERS = "PAPERS"
REQUESTS = "REQUESTS"
ADVISORIES = "ADVISORIES"
LEDGER = "ledger"
RETRY = "retry"
DEAD = "dead"
SCHEDULE = "schedule"


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """One stream as the server must have it."""

    name: str
    subjects: tuple[str, ...]
    retention: str = "limits"
    discard: str = "new"
    max_bytes: int
    max_age_s: int = 0
    duplicate_window_s: int = 600
    allow_atomic: bool = False
    allow_msg_ttl: bool = False
    allow_msg_schedules: bool = False


class Consumer(msgspec.Struct, frozen=True, kw_only=True):
    """One durable pull consumer: which service does what with which message."""

    service: str
    event: type[Message]
    stream: str = PAPERS
    row: str | None = None
    """Name of the ledger row that says the work is done; None for requests without one."""
    states: type[Message] | None = None
    """The fact that the work justifies, where there is one."""
    deadline_s: int = DEADLINE_S

    @property
    def durable(self) -> str:
        """Name of the durable, like ``indexer-paper-fetched``."""
        return f"{self.service}-{self.event.subject.replace('.', '-')}"

    @property
    def subjects(self) -> tuple[str, ...]:
        """What it listens to: the subject, and its replays for this service alone."""
        replays = (retry_subject(self.service, self.event.subject),)
        return (self.event.subject, *(replays if self.stream == PAPERS else ()))


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """One key-value bucket and the only service that writes it."""

    name: str
    writer: str
    history: int = 1
    max_bytes: int = 64 * MIB


STREAMS: tuple[Stream, ...] = (
    Stream(
        name=PAPERS,
        subjects=(
            *(event.subject for event in events.PAPER_EVENTS),
            *(f"{RETRY}.>", f"{DEAD}.>", f"{LEDGER}.>"),
        ),
        max_bytes=8192 * MIB,
        allow_atomic=True,
        allow_msg_ttl=True,
    ),
    # Message schedules cannot live in a stream that discards new messages (reliability N21), and
    # a work queue keeps nothing that is done, so this one is small and discards old ones.
    Stream(
        name=REQUESTS,
        subjects=(events.FetchRequested.subject, events.SummaryRequested.subject, f"{SCHEDULE}.>"),
        retention="workqueue",
        discard="old",
        max_bytes=256 * MIB,
        allow_msg_schedules=True,
        allow_msg_ttl=True,
    ),
    Stream(
        name="NOTICES",
        subjects=(events.NotificationSent.subject, "alert.raised"),
        max_bytes=512 * MIB,
        max_age_s=90 * DAY_S,
    ),
    Stream(
        name=ADVISORIES,
        subjects=(
            "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.>",
            "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>",
        ),
        max_bytes=64 * MIB,
        max_age_s=30 * DAY_S,
    ),
)

CONSUMERS: tuple[Consumer, ...] = (
    Consumer(service="fetcher", event=events.FetchRequested, stream=REQUESTS, deadline_s=6 * 3600),
    Consumer(
        service="fetcher", event=events.PaperAnnounced, row="fetcher", states=events.PaperFetched
    ),
    Consumer(
        service="indexer", event=events.PaperFetched, row="indexer", states=events.PaperEmbedded
    ),
    Consumer(service="indexer", event=events.SummaryReady, row="indexer-summary"),
    Consumer(
        service="summarizer",
        event=events.PaperEmbedded,
        row="summarizer",
        states=events.SummaryReady,
    ),
    Consumer(
        service="summarizer",
        event=events.SummaryRequested,
        stream=REQUESTS,
        row="summarizer",
        states=events.SummaryReady,
    ),
    Consumer(service="notifier", event=events.PaperEmbedded, row="notifier-embedded"),
    Consumer(service="notifier", event=events.SummaryReady, row="notifier"),
)

BUCKETS: tuple[Bucket, ...] = (
    Bucket(name="sources", writer="fetcher"),
    Bucket(name="leases", writer="fetcher"),
    Bucket(name="deliveries", writer="notifier", max_bytes=256 * MIB),
    Bucket(name="spend", writer="summarizer"),
    Bucket(name="watches", writer="gateway"),
)

PIPELINE: tuple[str, ...] = ("fetcher", "indexer", "summarizer", "notifier")
"""The rows that must all be done before a paper is ready."""

SERVICES: tuple[str, ...] = ("fetcher", "indexer", "summarizer", "gateway", "notifier")


def consumers_of(service: str) -> tuple[Consumer, ...]:
    """The durables one service works on."""
    return tuple(consumer for consumer in CONSUMERS if consumer.service == service)


def consumer_for(service: str, event: type[Message]) -> Consumer:
    """The durable by which ``service`` takes ``event``; raises KeyError when there is none."""
    for consumer in consumers_of(service):
        if consumer.event is event:
            return consumer
    raise KeyError(f"{service} takes no {event.subject}")


def stream_of(subject: str) -> str:
    """The stream that keeps ``subject``; raises KeyError when none does."""
    for stream in STREAMS:
        if any(_covers(pattern, subject) for pattern in stream.subjects):
            return stream.name
    raise KeyError(f"no stream keeps {subject}")


def _covers(pattern: str, subject: str) -> bool:
    return pattern == subject or (pattern.endswith(">") and subject.startswith(pattern[:-1]))


def ledger_subject(token: str, row: str) -> str:
    """Where the row of one paper (as a token) lies; ``*`` selects all."""
    return f"{LEDGER}.{token}.{row}"


def retry_subject(service: str, subject: str) -> str:
    """Where a replay for one service alone is published."""
    return f"{RETRY}.{service}.{subject}"


def dead_subject(subject: str) -> str:
    """Where the dead letter of a message on ``subject`` lies."""
    return f"{DEAD}.{subject}"


def fact_subjects() -> tuple[str, ...]:
    """The subjects of all facts about papers, in the order of the chain."""
    return tuple(event.subject for event in events.PAPER_EVENTS)
