"""What a source says about a paper, and where a body lies: parts of many messages."""

import msgspec


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
