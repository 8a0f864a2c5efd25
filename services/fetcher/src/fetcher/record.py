"""One paper as a source lists it, and the limits that keep its event small."""

import re
from datetime import UTC, date, datetime, timedelta

import msgspec

from common.events import PaperMeta, VersionInfo
from common.topology import MAX_ANNOUNCED_BYTES
from fetcher.calendar import announced_on

AUTHORS_KEPT = 200
ABSTRACT_KEPT = 20_000
TITLE_KEPT = 1_000
TEXT_MOST = MAX_ANNOUNCED_BYTES
_BULK_UPDATE_AFTER = timedelta(days=14)
_WITHDRAWN = re.compile(
    r"^\W*(?:this\s+)?(?:\w+\s+){0,3}?(?:(?:has|have)\s+been\s+|is\s+|was\s+)?withdrawn\b"
    r"(?!\s+from)",
    re.IGNORECASE,
)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A paper found at a source; ``changed`` is the source's own date, YYYY-MM-DD."""

    paper: str
    version: int
    meta: PaperMeta
    changed: str = ""


def one_line(text: str) -> str:
    """The text with its line breaks and runs of blanks made one blank; TeX is left as it is."""
    return " ".join(text.split())


def kept(text: str, chars: int) -> str:
    """The first ``chars`` characters.

    What is longer than a whole announcement may be is no title and no abstract. It stays as it
    is, so that its paper dies of it in sight of all instead of going on with a part.
    """
    return text if len(text) > TEXT_MOST else text[:chars]


def paragraphs(text: str) -> str:
    """Wrapped lines joined; an indented line begins a paragraph, as arXiv writes abstracts."""
    lines = text.strip("\n").expandtabs(2).split("\n")
    out: list[list[str]] = [[]]
    for line in lines:
        if (line.startswith("  ") or not line.strip()) and out[-1]:
            out.append([])
        if line.strip():
            out[-1].append(one_line(line))
    return kept("\n".join(" ".join(part) for part in out if part), ABSTRACT_KEPT)


def rfc3339(text: str) -> str:
    """A date or time of any arXiv form as RFC 3339 UTC; empty when it is none."""
    text = text.strip()
    for form in ("%a, %d %b %Y %H:%M:%S %Z", "%a, %d %b %Y %H:%M:%S %z"):
        try:
            moment = datetime.strptime(text, form)  # noqa: DTZ007 - both forms state the zone
        except ValueError:
            continue
        return rfc3339_of(moment)
    try:
        return rfc3339_of(datetime.fromisoformat(text))
    except ValueError:
        return ""


def rfc3339_of(moment: datetime) -> str:
    """The moment as RFC 3339 UTC with whole seconds; one without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def says_withdrawn(comment: str) -> bool:
    """Whether the comment says that the paper itself was withdrawn."""
    return _WITHDRAWN.match(comment) is not None


def announcement_day(updated: str, changed: str) -> str:
    """The day a version was announced, from its submission and the source's own date.

    The source's date is right unless a later bulk update touched the record.
    """
    if not updated:
        return changed
    submitted = datetime.fromisoformat(updated)
    due = announced_on(submitted)
    if changed:
        seen = date.fromisoformat(changed)
        if timedelta(0) <= seen - submitted.date() <= _BULK_UPDATE_AFTER:
            return changed
    return due.isoformat()


def with_links(meta: PaperMeta, local: str, version: int) -> PaperMeta:
    """The metadata with arXiv's own addresses of this version."""
    return msgspec.structs.replace(
        meta,
        abs_url=f"https://arxiv.org/abs/{local}v{version}",
        pdf_url=f"https://arxiv.org/pdf/{local}v{version}",
    )


def cut_authors(names: list[str]) -> tuple[tuple[str, ...], int]:
    """The first authors, and how many there are in all."""
    return tuple(names[:AUTHORS_KEPT]), len(names)


def newest(versions: tuple[VersionInfo, ...]) -> VersionInfo:
    """The version with the highest number; version 1 when none is listed."""
    return max(versions, key=lambda v: v.version, default=VersionInfo(version=1))


def is_old_news(record: Record, since: str) -> bool:
    """Whether only a note was changed on a paper announced long before ``since`` (YYYY-MM-DD).

    A paper held back by moderators is dated late too, but its number is of the present.
    """
    if not since or record.meta.announced >= since:
        return False
    month = date.fromisoformat(since).replace(day=1) - timedelta(days=31)
    return _numbered(record.paper) < (month.year, month.month)


def _numbered(paper: str) -> tuple[int, int]:
    """Year and month in an arXiv number."""
    digits = paper.partition(":")[2].rpartition("/")[2][:4]
    if not digits.isdecimal():
        return 9999, 12
    year, month = int(digits[:2]), int(digits[2:])
    return (1900 + year if year > 90 else 2000 + year), month
