"""What the API answers about papers; times are RFC 3339 UTC, days are YYYY-MM-DD."""

from typing import Annotated

import msgspec

from gateway.view import View as View
from gateway.views_explained import Explanation

PaperKey = Annotated[
    str, msgspec.Meta(examples=["arxiv:2401.00001"], description="Canonical key without version")
]
Title = Annotated[str, msgspec.Meta(examples=["Attention Is All You Need"])]


class Links(View, frozen=True, kw_only=True):
    """Where else the paper lives; empty when it lives nowhere else."""

    self: Annotated[str, msgspec.Meta(examples=["/api/v1/papers/arxiv:2401.00001"])]
    page: str
    pdf: str = ""
    """The PDF here, which may lead on to the source."""
    source_abs: str = ""
    source_pdf: str = ""
    source_html: str = ""
    doi: str = ""


class PaperItem(View, frozen=True, kw_only=True):
    """A paper in a list."""

    id: PaperKey
    version: int
    title: Title
    abstract: str
    authors: tuple[str, ...]
    authors_total: int
    categories: tuple[str, ...]
    announced: str
    updated: str
    tldr: str = ""
    has_pdf: bool = False
    full_text: bool = False
    withdrawn: bool = False
    feeds: tuple[str, ...] = ()
    links: Links


class PaperList(View, frozen=True, kw_only=True):
    """A page of a list; ``next`` is absent on the last one."""

    items: list[PaperItem]
    next_cursor: str | None = None
    next: Annotated[str | None, msgspec.Meta(description="Link to the next page")] = None


class VersionItem(View, frozen=True, kw_only=True):
    """One version of a paper."""

    version: int
    submitted: str = ""
    size: str = ""
    withdrawn: bool = False


class SummaryView(View, frozen=True, kw_only=True):
    """A summary; ``extractive`` ones are sentences of the paper itself."""

    paper: PaperKey
    version: int
    tldr: str
    problem: str = ""
    method: str = ""
    findings: str = ""
    limits: str = ""
    model: str
    extractive: bool = False
    cost_usd: float = 0.0
    at: str = ""


class PaperView(PaperItem, frozen=True, kw_only=True):
    """Everything about one paper but its text."""

    state: Annotated[str, msgspec.Meta(examples=["ready"])]
    """announced, fetched, searchable, ready, or dead."""
    note: str = ""
    """Set when a version was asked that is not the newest one here."""
    submitted: str = ""
    comment: str = ""
    journal_ref: str = ""
    doi: str = ""
    licence: str = ""
    licence_label: str = ""
    source: str = ""
    versions: tuple[VersionItem, ...] = ()
    summary: SummaryView | None = None


class Step(View, frozen=True, kw_only=True):
    """One stage of a paper's way."""

    name: Annotated[str, msgspec.Meta(examples=["embedded"])]
    """announced, fetched, embedded, summarised, notified."""
    state: str
    """done, working, waiting, dead or cancelled."""
    service: str = ""
    version: int = 0
    started: str = ""
    at: str = ""
    waited_s: float | None = None
    """From the end of the stage before to the start of this one."""
    took_s: float | None = None
    attempts: int = 0
    reason: str = ""
    error: str = ""
    notes: tuple[str, ...] = ()


class TimelineView(View, frozen=True, kw_only=True):
    """What happened to a paper, stage by stage."""

    paper: PaperKey
    version: int
    state: str
    trace_id: str = ""
    total_s: float | None = None
    steps: tuple[Step, ...]


class Run(View, frozen=True, kw_only=True):
    """A part of a snippet; marked when it matched."""

    text: str
    marked: bool = False


class HitItem(PaperItem, frozen=True, kw_only=True):
    """A paper that a search found."""

    score: float
    snippet: list[Run] = msgspec.field(default_factory=list)
    title_runs: list[Run] = msgspec.field(default_factory=list)
    """The title, with the words that matched marked."""
    explanation: Explanation | None = None
    """With ``explain=true``."""


class HitList(View, frozen=True, kw_only=True):
    """The answer to a search; ``took_ms`` is the time spent on working it out, so that an answer
    repeated from memory tells that of the first time."""

    items: list[HitItem]
    query: str
    mode: str
    took_ms: float
    paper: PaperKey | None = None
    """Set when the query names one paper: by its id, its DOI or its whole title."""
    sort: str = "relevance"
    recipe: str = ""
    """Version of the ranking; empty for a list by day."""
    next_cursor: str | None = None
    next: str | None = None


class PassageItem(View, frozen=True, kw_only=True):
    """A passage of a paper; page 0 means that it is not from the PDF."""

    text: str
    page: int = 0
    section: str = ""
    score: float
    snippet: list[Run] = msgspec.field(default_factory=list)
    at_page: str = ""
    """Where that page opens."""


class PassageList(View, frozen=True, kw_only=True):
    """Passages of one paper that answer a query."""

    paper: PaperKey
    query: str
    items: list[PassageItem]


class Accepted(View, frozen=True, kw_only=True):
    """The work has become a job, which can be followed and stopped at ``location``."""

    request_id: str
    """The id of the job."""
    accepted: tuple[str, ...]
    """Feeds or papers that will be worked on."""
    location: Annotated[str, msgspec.Meta(examples=["/api/v1/jobs/20260714T080312123Z-1a2b3c4d"])]
