"""OAI-PMH answers of arXiv as records; formats ``arXivRaw`` (all versions) and ``arXiv``.

``arXivRaw`` alone is harvested: it carries version numbers, licence, source type and authors in
one request, while ``arXiv`` names no version. The latter is read too, for mirrors without the
former.
"""

import msgspec

from common import xmltree
from common.errors import Retryable, Terminal
from common.events import PaperMeta, VersionInfo
from common.paperid import arxiv_id
from common.xmltree import Element, NotXml
from fetcher import authors
from fetcher.record import (
    TITLE_KEPT,
    Record,
    announcement_day,
    cut_authors,
    kept,
    newest,
    one_line,
    paragraphs,
    rfc3339,
    says_withdrawn,
    with_links,
)

_IGNORED_SOURCE = "I"  # arXiv's mark of a version without source: withdrawn


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of ListRecords or GetRecord; ``answered`` is the server's time."""

    records: tuple[Record, ...] = ()
    token: str = ""
    answered: str = ""
    unreadable: tuple[str, ...] = ()
    """Identifiers of records in another format or without an arXiv id."""
    deleted: tuple[str, ...] = ()


class BadToken(Retryable):
    """The resumption token has expired; begin again from the last date seen."""


class BadRequest(Terminal):
    """The source refuses what was asked; says how it put it."""


def parse_page(body: bytes, *, source: str = "OAI-PMH") -> Page:
    """The page in an answer; raises BadToken, BadRequest, NotXml, HostileXml.

    ``noRecordsMatch`` and ``idDoesNotExist`` are empty pages.
    """
    root = xmltree.parse(body, source=source)
    answered = xmltree.text(root, "responseDate").strip()
    error = xmltree.child(root, "error")
    if error is not None:
        _raise_unless_empty(error, source)
        return Page(answered=answered)
    listing = next(xmltree.children(root, "ListRecords", "GetRecord"), None)
    if listing is None:
        raise NotXml(f"{source} answered <{xmltree.local(root)}> without records")
    return _page(listing, answered)


def _raise_unless_empty(error: Element, source: str) -> None:
    code = error.get("code", "")
    words = one_line(error.text or "") or code
    if code == "badResumptionToken":
        raise BadToken(f"{source}: {words}")
    if code not in ("noRecordsMatch", "idDoesNotExist"):
        raise BadRequest(f"{source} refuses the request ({code}): {words}", reason="bad_request")


def _page(listing: Element, answered: str) -> Page:
    records: list[Record] = []
    unreadable: list[str] = []
    deleted: list[str] = []
    for element in xmltree.children(listing, "record"):
        identifier = xmltree.text(element, "header", "identifier").strip()
        header = xmltree.child(element, "header")
        if header is not None and header.get("status") == "deleted":
            deleted.append(identifier)
        elif (record := parse_record(element)) is not None:
            records.append(record)
        else:
            unreadable.append(identifier)
    return Page(
        records=tuple(records),
        token=xmltree.text(listing, "resumptionToken").strip(),
        answered=answered,
        unreadable=tuple(unreadable),
        deleted=tuple(deleted),
    )


def parse_record(element: Element) -> Record | None:
    """One ``<record>``; None when it is not arXiv's or lacks an id or a title."""
    metadata = xmltree.child(element, "metadata")
    found = next(xmltree.children(metadata, "arXivRaw", "arXiv"), None)
    paper = arxiv_id(xmltree.text(found, "id").strip())
    title = kept(one_line(xmltree.text(found, "title")), TITLE_KEPT)
    if found is None or paper is None or not title:
        return None
    changed = xmltree.text(element, "header", "datestamp").strip()[:10]
    versions = _versions(found)
    version = newest(versions).version
    names, total = cut_authors(_authors(found))
    comment = one_line(xmltree.text(found, "comments"))
    submitted, updated = _times(found, versions)
    meta = PaperMeta(
        title=title,
        abstract=paragraphs(xmltree.text(found, "abstract")),
        authors=names,
        authors_total=total,
        categories=tuple(xmltree.text(found, "categories").split()),
        comment=comment,
        journal_ref=one_line(xmltree.text(found, "journal-ref")),
        doi=one_line(xmltree.text(found, "doi")).lower(),
        licence=xmltree.text(found, "license").strip(),
        submitted=submitted,
        updated=updated,
        announced=announcement_day(updated, changed),
        versions=versions,
        withdrawn=_ignored(found) or says_withdrawn(comment),
    )
    return Record(
        paper=paper.key,
        version=version,
        meta=with_links(meta, paper.local, version),
        changed=changed,
    )


def _versions(found: Element) -> tuple[VersionInfo, ...]:
    listed = [
        VersionInfo(
            version=int(number),
            submitted=rfc3339(xmltree.text(element, "date")),
            size=xmltree.text(element, "size").strip(),
        )
        for element in xmltree.children(found, "version")
        if (number := element.get("version", "").lstrip("v")).isdecimal()
    ]
    return tuple(sorted(listed, key=lambda v: v.version))


def _ignored(found: Element) -> bool:
    last = list(xmltree.children(found, "version"))[-1:]
    return bool(last) and _IGNORED_SOURCE in xmltree.text(last[0], "source_type")


def _times(found: Element, versions: tuple[VersionInfo, ...]) -> tuple[str, str]:
    if versions:
        return versions[0].submitted, versions[-1].submitted
    created = rfc3339(xmltree.text(found, "created"))
    return created, rfc3339(xmltree.text(found, "updated")) or created


def _authors(found: Element) -> list[str]:
    parts = list(xmltree.children(xmltree.child(found, "authors"), "author"))
    if not parts:
        return authors.split(xmltree.text(found, "authors"))
    return [
        authors.from_parts(
            *(xmltree.text(part, name) for name in ("keyname", "forenames", "suffix"))
        )
        for part in parts
    ]
