"""Streams, consumers and buckets: the one place that names them."""

from common import events
from common.declared import (
    DEADLINE_S,
    MAX_DELIVER,
    MIB,
    PAPERS,
    Bucket,
    Consumer,
    Stream,
)
from common.events import Message
from common.subjects import (
    DEAD,
    LEDGER,
    RETRY,
    SCHEDULE,
    dead_subject,
    ledger_subject,
    retry_subject,
)

__all__ = ["DEAD", "LEDGER", "RETRY", "SCHEDULE"]
__all__ += ["dead_subject", "ledger_subject", "retry_subject"]
__all__ += ["DEADLINE_S", "MAX_DELIVER", "MIB", "PAPERS", "Bucket", "Consumer", "Stream"]

DAY_S = 86_400

ACK_WAIT_S = 30
MAX_ATTEMPTS = 5
MAX_EVENT_BYTES = 64 * 1024
MAX_LETTER_BYTES = MIB - 4096
"""A dead letter may be larger than an event: whatever came must fit, with the reason."""
MAX_REPLAY_BYTES = MIB - 64
"""A replay may be as large as the server takes; only the frame of its headers is left out."""
MAX_ANNOUNCED_BYTES = 48 * 1024
"""What the next steps state repeats an announcement and adds to it, and must still fit."""
DEAD_LETTER_TTL_S = 90 * DAY_S

REQUESTS = "REQUESTS"
NOTICES = "NOTICES"
ADVISORIES = "ADVISORIES"

OPERATOR = "operator"
"""Who runs the system: the command line, and its worker that does what schedules ask."""
EACH = "each"
"""Writer of a bucket in which every user of the bus has the keys below its own name."""

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
        subjects=(*(request.subject for request in events.REQUESTS), f"{SCHEDULE}.>"),
        retention="workqueue",
        discard="old",
        max_bytes=256 * MIB,
        allow_msg_schedules=True,
        allow_msg_ttl=True,
    ),
    Stream(
        name=NOTICES,
        subjects=(events.NotificationSent.subject, events.JobReported.subject, "alert.raised"),
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
    Consumer(service="fetcher", event=events.FetchAsked, stream=REQUESTS, deadline_s=6 * 3600),
    Consumer(
        service="fetcher", event=events.PaperAnnounced, row="fetcher", states=events.PaperFetched
    ),
    Consumer(
        service="indexer", event=events.PaperFetched, row="indexer", states=events.PaperEmbedded
    ),
    Consumer(
        service="indexer",
        event=events.IndexRequested,
        stream=REQUESTS,
        row="indexer",
        states=events.PaperEmbedded,
    ),
    Consumer(service="indexer", event=events.SummaryReady, row="indexer-summary"),
    Consumer(
        service="indexer", event=events.ReconcileRequested, stream=REQUESTS, deadline_s=6 * 3600
    ),
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
    Consumer(service="gateway", event=events.JobReported, stream=NOTICES),
    Consumer(service="gateway", event=events.TidyRequested, stream=REQUESTS),
    Consumer(service="notifier", event=events.MailRequested, stream=REQUESTS),
    Consumer(service=OPERATOR, event=events.DoctorRequested, stream=REQUESTS),
    Consumer(service=OPERATOR, event=events.BackupRequested, stream=REQUESTS, deadline_s=6 * 3600),
    Consumer(service=OPERATOR, event=events.ReportRequested, stream=REQUESTS),
    Consumer(service=OPERATOR, event=events.StorageRequested, stream=REQUESTS),
)

BUCKETS: tuple[Bucket, ...] = (
    Bucket(name="sources", writer="fetcher"),
    Bucket(name="leases", writer="fetcher"),
    Bucket(name="deliveries", writer="notifier", max_bytes=256 * MIB),
    Bucket(name="spend", writer="summarizer"),
    Bucket(name="index", writer=OPERATOR),
    Bucket(name="models", writer="indexer"),
    Bucket(name="reconciles", writer="indexer"),
    Bucket(name="rebuilds", writer=OPERATOR),
    Bucket(name="operations", writer=OPERATOR),
    Bucket(name="controls", writer=OPERATOR),
    Bucket(name="errors", writer=EACH),
    Bucket(name="watches", writer="gateway"),
    Bucket(name="jobs", writer="gateway"),
    Bucket(name="library", writer="gateway", max_bytes=256 * MIB),
)

PIPELINE: tuple[str, ...] = ("fetcher", "indexer", "summarizer", "notifier")
"""The rows that must all be done before a paper is ready."""

SERVICES: tuple[str, ...] = ("fetcher", "indexer", "summarizer", "gateway", "notifier")
WORKERS: tuple[str, ...] = (*SERVICES, OPERATOR)
"""Every process that takes messages."""


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


def fact_subjects() -> tuple[str, ...]:
    """The subjects of all facts about papers, in the order of the chain."""
    return tuple(event.subject for event in events.PAPER_EVENTS)
