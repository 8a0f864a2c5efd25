"""Answers of arXiv's query API (Atom) as records; errors come as entries."""

import msgspec

from common import xmltree
from common.errors import Terminal
from common.events import PaperMeta, VersionInfo
from common.paperid import arxiv_id
from common.xmltree import Element, NotXml
from fetcher.record import (
    TITLE_KEPT,
    Record,
    announcement_day,
    cut_authors,
    kept,
    one_line,
    paragraphs,
    rfc3339,
    says_withdrawn,
    with_links,
)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One page of a query; ``total`` counts all that match."""

    records: tuple[Record, ...] = ()
    total: int = 0


class QueryRefused(Terminal):
    """The API calls the query wrong; the message is its own."""


def parse_answer(body: bytes, *, source: str = "the query API") -> Answer:
    """The records in an answer; raises QueryRefused, NotXml, HostileXml."""
    root = xmltree.parse(body, source=source)
    if xmltree.local(root) != "feed":
        raise NotXml(f"{source} answered <{xmltree.local(root)}> instead of a feed")
    records: list[Record] = []
    for entry in xmltree.children(root, "entry"):
        if "/api/errors" in xmltree.text(entry, "id"):
            words = one_line(xmltree.text(entry, "summary"))
            raise QueryRefused(f"{source}: {words}", reason="bad_request")
        if (record := _record(entry)) is not None:
            records.append(record)
    total = xmltree.text(root, "totalResults").strip()
    return Answer(records=tuple(records), total=int(total) if total.isdecimal() else len(records))


def _record(entry: Element) -> Record | None:
    paper = arxiv_id(xmltree.text(entry, "id"))
    title = kept(one_line(xmltree.text(entry, "title")), TITLE_KEPT)
    if paper is None or not title:
        return None
    version = paper.version or 1
    submitted = rfc3339(xmltree.text(entry, "published"))
    updated = rfc3339(xmltree.text(entry, "updated")) or submitted
    names, total = cut_authors(
        [one_line(xmltree.text(a, "name")) for a in xmltree.children(entry, "author")]
    )
    comment = one_line(xmltree.text(entry, "comment"))
    meta = PaperMeta(
        title=title,
        abstract=paragraphs(xmltree.text(entry, "summary")),
        authors=names,
        authors_total=total,
        categories=_categories(entry),
        comment=comment,
        journal_ref=one_line(xmltree.text(entry, "journal_ref")),
        doi=one_line(xmltree.text(entry, "doi")).lower(),
        submitted=submitted,
        updated=updated,
        announced=announcement_day(updated, ""),
        versions=_versions(version, submitted, updated),
        withdrawn=says_withdrawn(comment),
    )
    return Record(paper=paper.key, version=version, meta=with_links(meta, paper.local, version))


def _versions(version: int, submitted: str, updated: str) -> tuple[VersionInfo, ...]:
    """The API dates the first version and this one, none between."""
    first = VersionInfo(version=1, submitted=submitted)
    return (first,) if version == 1 else (first, VersionInfo(version=version, submitted=updated))


def _categories(entry: Element) -> tuple[str, ...]:
    """Primary first; MSC and ACM codes, which the API lists beside, left out."""
    main = [e.get("term", "") for e in xmltree.children(entry, "primary_category")]
    named = [
        e.get("term", "")
        for e in xmltree.children(entry, "category")
        if e.get("scheme", "http://arxiv.org/schemas/atom") == "http://arxiv.org/schemas/atom"
    ]
    return tuple(dict.fromkeys(term for term in main + named if term and " " not in term))
