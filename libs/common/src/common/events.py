"""Facts and requests on the bus, and the subject of each.

Evolution is additive: new fields have defaults, old ones keep name, type and meaning
(``tests/common/golden``). Unknown fields are ignored.
"""

from typing import ClassVar, Literal

from common.chores import (
    BackupRequested,
    DoctorRequested,
    MailRequested,
    ReportRequested,
    StorageRequested,
)
from common.message import SCHEMA_VERSION, Event, Message
from common.papermeta import ObjectRef, PaperMeta, VersionInfo

__all__ = ["SCHEMA_VERSION", "Event", "Message", "ObjectRef", "PaperMeta", "VersionInfo"]
__all__ += ["BackupRequested", "DoctorRequested", "MailRequested", "ReportRequested"]
__all__ += ["StorageRequested"]


class PaperAnnounced(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A source has announced this version; its metadata is known."""

    subject: ClassVar[str] = "paper.announced"

    meta: PaperMeta
    pdf: ObjectRef | None = None
    """Set when the file came with the announcement, as from a folder."""
    job: str = ""
    """The job that asked for the paper; when that is cancelled, so is the download."""


class PaperFetched(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Metadata is known and the PDF, where there is one, lies in the object store."""

    subject: ClassVar[str] = "paper.fetched"

    meta: PaperMeta
    pdf: ObjectRef | None = None
    notes: tuple[str, ...] = ()
    """In plain words what a reader should know, such as why there is no PDF."""
    announced_at: str = ""
    """When the announcement was stated, RFC 3339 UTC."""


class PaperEmbedded(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The paper can be found by search."""

    subject: ClassVar[str] = "paper.embedded"

    meta: PaperMeta
    text: ObjectRef
    """The cleaned text with its passages (see ``common.texts``)."""
    model: str
    passages: int
    pages: int = 0
    full_text: bool = False
    """False when only title and abstract could be indexed."""
    notes: tuple[str, ...] = ()
    announced_at: str = ""
    """As in PaperFetched."""


class SummaryReady(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A summary exists."""

    subject: ClassVar[str] = "summary.ready"

    meta: PaperMeta
    tldr: str
    summary: ObjectRef
    model: str
    """The model that answered, or ``extractive``."""
    recipe: str
    """Digest of text, prompt version, model and parameters."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    cached: bool = False
    notes: tuple[str, ...] = ()
    announced_at: str = ""
    """As in PaperFetched."""


class FetchRequested(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask the fetcher for one run of a feed, or for papers by id."""

    subject: ClassVar[str] = "fetch.requested"

    feed: str = ""
    ids: tuple[str, ...] = ()
    since: str = ""
    """Harvest from this day (YYYY-MM-DD) instead of where the last run ended."""
    limit: int = 0
    """At most so many papers; 0 means all."""
    refetch: bool = False
    job: str = ""
    """The job this is the work of, where a person asked for it."""


class FetchAsked(FetchRequested, frozen=True, kw_only=True, omit_defaults=True):
    """The same asked by a person: it has a queue of its own and overtakes what is scheduled."""

    subject: ClassVar[str] = "fetch.asked"


class IndexRequested(PaperFetched, frozen=True, kw_only=True, omit_defaults=True):
    """Ask the indexer to index a paper anew; it overtakes what comes from the sources."""

    subject: ClassVar[str] = "index.requested"

    job: str = ""
    """The job this is a part of; when that is cancelled, so is the work."""


class SummaryRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Ask the summarizer for a summary of a paper that is already embedded."""

    subject: ClassVar[str] = "summary.requested"

    model: str = ""
    job: str = ""
    """The job this is a part of, where a person asked for it."""


class JobReported(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A worker says how far a job is; counts are totals, never increments."""

    subject: ClassVar[str] = "job.reported"

    job: str
    state: Literal["running", "ok", "failed", "cancelled"] = "running"
    stage: str = ""
    """What is being done, in a few plain words."""
    done: int = 0
    total: int = 0
    """0 while nobody knows."""
    failed: int = 0
    error: str = ""


class TidyRequested(Message, frozen=True, kw_only=True, omit_defaults=True):
    """The schedule asks that jobs which ended long ago are forgotten."""

    subject: ClassVar[str] = "tidy.requested"


class ReconcileRequested(Message, frozen=True, kw_only=True, omit_defaults=True):
    """Ask the indexer to compare ledger, objects and index, and to mend what differs."""

    subject: ClassVar[str] = "reconcile.requested"

    run: str = ""
    """Name under which the outcome is kept; made from the time when it is empty."""
    dry_run: bool = False


class NotificationSent(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A person was told about a paper."""

    subject: ClassVar[str] = "notification.sent"

    watch: str
    paper: str
    version: int
    channel: str
    outcome: str


PAPER_EVENTS: tuple[type[Event], ...] = (PaperAnnounced, PaperFetched, PaperEmbedded, SummaryReady)
REQUESTS: tuple[type[Message], ...] = (
    *(FetchRequested, FetchAsked, IndexRequested, SummaryRequested),
    *(TidyRequested, ReconcileRequested),
    *(DoctorRequested, BackupRequested, ReportRequested, StorageRequested, MailRequested),
)
ALL_MESSAGES: tuple[type[Message], ...] = (
    *PAPER_EVENTS,
    *REQUESTS,
    JobReported,
    NotificationSent,
)
