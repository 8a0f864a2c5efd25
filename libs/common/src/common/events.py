"""Facts and requests on the bus, and the subject of each.

Evolution is additive: new fields have defaults, old ones keep name, type and meaning
(``tests/common/golden``). Unknown fields are ignored.
"""

from typing import Annotated, ClassVar

import msgspec

SCHEMA_VERSION = 1
PaperKey = Annotated[str, msgspec.Meta(min_length=1, max_length=512)]
"""Becomes a part of subjects, so it is neither empty nor endless."""


class VersionInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of a paper as its source lists it; ``submitted`` is RFC 3339 UTC."""

    version: int
    submitted: str = ""
    size: str = ""


class PaperMeta(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a source says about one version of a paper; times are RFC 3339 UTC."""

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    authors_total: int = 0
    """How many authors there are; larger than ``len(authors)`` when the list was cut."""
    categories: tuple[str, ...] = ()
    """First is the primary one."""
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    licence: str = ""
    """Licence URL, empty when the source states none."""
    submitted: str = ""
    """When version 1 was submitted."""
    updated: str = ""
    """When this version was submitted."""
    announced: str = ""
    """Announcement day, YYYY-MM-DD."""
    versions: tuple[VersionInfo, ...] = ()
    withdrawn: bool = False
    abs_url: str = ""
    pdf_url: str = ""
    source: str = "arxiv"
    feeds: tuple[str, ...] = ()
    """Names of the feeds that asked for the paper."""


class ObjectRef(msgspec.Struct, frozen=True, kw_only=True):
    """Where a body lies in the object store."""

    key: str
    sha256: str
    size_bytes: int


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What every message carries; ``event_id``, ``at`` and ``trace`` are filled by the runtime."""

    subject: ClassVar[str] = ""

    event_id: str = ""
    at: str = ""
    """RFC 3339 UTC."""
    schema: int = SCHEMA_VERSION
    trace: str = ""
    """W3C traceparent of the work that stated this."""


class Event(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A fact about one version of one paper."""

    paper: PaperKey
    version: int
    epoch: int = 0
    """Raised by one with every deliberate redo."""


class PaperAnnounced(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A source has announced this version; its metadata is known."""

    subject: ClassVar[str] = "paper.announced"

    meta: PaperMeta
    pdf: ObjectRef | None = None
    """Set when the file came with the announcement, as from a folder."""


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


class SummaryRequested(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Ask the summarizer for a summary of a paper that is already embedded."""

    subject: ClassVar[str] = "summary.requested"

    model: str = ""


class NotificationSent(Message, frozen=True, kw_only=True, omit_defaults=True):
    """A person was told about a paper."""

    subject: ClassVar[str] = "notification.sent"

    watch: str
    paper: str
    version: int
    channel: str
    outcome: str


PAPER_EVENTS: tuple[type[Event], ...] = (PaperAnnounced, PaperFetched, PaperEmbedded, SummaryReady)
ALL_MESSAGES: tuple[type[Message], ...] = (
    *PAPER_EVENTS,
    FetchRequested,
    SummaryRequested,
    NotificationSent,
)
