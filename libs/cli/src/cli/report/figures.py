"""What a report says: one struct, which is also what is kept and given as JSON."""

import math
from collections.abc import Iterable

import msgspec

from cli.report.span import Span


class Quantiles(msgspec.Struct, frozen=True, kw_only=True):
    """How long something took, in seconds."""

    count: int
    p50_s: float
    p95_s: float
    max_s: float


def quantiles(values: Iterable[float]) -> Quantiles | None:
    """By nearest rank; None where there is none."""
    found = sorted(values)
    if not found:
        return None

    def at(share: float) -> float:
        return round(found[max(0, math.ceil(share * len(found)) - 1)], 3)

    return Quantiles(count=len(found), p50_s=at(0.5), p95_s=at(0.95), max_s=round(found[-1], 3))


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What became of papers in a span; each version counts as one."""

    announced: int = 0
    new: int = 0
    replaced: int = 0
    """Announced with a version above the first."""
    searchable: int = 0
    ready: int = 0
    dead: int = 0
    """Given up in the span, and not taken up again in it."""
    arrived: int = 0
    """Ready, of those announced in the span."""
    in_work: int = 0
    """Neither ready nor dead, of those announced in the span."""
    matched: int = 0
    """How often a paper fitted a watch."""
    told: int = 0
    """How often somebody was told of one."""
    to_searchable: Quantiles | None = None
    """From announcement to search."""
    to_delivered: Quantiles | None = None
    """From announcement to the end of the chain, where people are told."""
    stages: dict[str, Quantiles] = {}
    """How long the work itself took, by service."""
    ready_per_day: float = 0.0
    busiest_hour: str = ""
    busiest: int = 0
    """Papers that were ready in that hour."""


class Top(msgspec.Struct, frozen=True, kw_only=True):
    """A paper that fitted watches."""

    paper: str
    version: int
    title: str
    matched: int
    told: int


class Runs(msgspec.Struct, frozen=True, kw_only=True):
    """How the runs of a feed went."""

    count: int = 0
    verdicts: dict[str, int] = {}
    last_error: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The whole (without a name), or one feed."""

    feed: str = ""
    now: Figures
    before: Figures
    """In the span before, for comparison."""
    runs: Runs | None = None


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """Completeness of one announcement day of a source."""

    source: str
    day: str
    announced: int
    here: int


class Spend(msgspec.Struct, frozen=True, kw_only=True):
    """What models cost."""

    usd: float = 0.0
    before_usd: float = 0.0
    in_vain_usd: float = 0.0
    """For answers that were of no use."""
    models: dict[str, float] = {}
    tokens: int = 0


class ErrorType(msgspec.Struct, frozen=True, kw_only=True):
    """Errors of one type."""

    type: str
    count: int
    service: str
    """Where most of them came from."""
    words: str
    trace_id: str = ""


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored, and how that changed."""

    at: str
    papers: int
    sizes: dict[str, int]
    """Bytes by store."""
    since: str = ""
    """The sample it is compared with; empty when there is none."""
    grown: dict[str, int] = {}
    """Bytes since then, by store."""
    papers_grown: int = 0
    disks: dict[str, float] = {}
    """Share of each volume in use."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter that waits."""

    seq: int
    at: str
    service: str
    reason: str
    about: str
    error: str
    mend: str


class Letters(msgspec.Struct, frozen=True, kw_only=True):
    """Dead letters that wait now."""

    held: int = 0
    buried: int = 0
    """Those of them that came in the span."""
    reasons: dict[str, int] = {}
    newest: tuple[Letter, ...] = ()


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """The software."""

    version: str
    before: str = ""
    """The version of the report before; empty when there is none."""
    section: str = ""
    notes: tuple[str, ...] = ()
    """The head of the changelog."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a report says; ``at`` is RFC 3339 UTC."""

    id: str
    span: Span
    feed: str = ""
    """Set when it is about one feed alone."""
    at: str
    is_over: bool
    """Whether the span had ended when the report was made."""
    whole: Part
    feeds: tuple[Part, ...] = ()
    days: tuple[Day, ...] = ()
    top: tuple[Top, ...] = ()
    letters: Letters | None = None
    errors: tuple[ErrorType, ...] = ()
    spend: Spend | None = None
    stored: Stored | None = None
    changes: Changes | None = None
    notes: tuple[str, ...] = ()
    """State of the system, and what could not be told."""
