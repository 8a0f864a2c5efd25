"""The metadata formats of arXiv's OAI-PMH: oai_dc, arXiv, arXivRaw."""

import re
import textwrap
from collections.abc import Callable
from typing import NamedTuple

from standalone.upstream.markup import element
from standalone.upstream.names import inverted, joined, split_name
from standalone.upstream.paper import Paper, Version
from standalone.upstream.records import Record
from standalone.upstream.taxonomy import subject_of

XSI = "http://www.w3.org/2001/XMLSchema-instance"
DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
PARAGRAPH = re.compile(r"\n\s+")


class Format(NamedTuple):
    """A metadata format: schema, namespace, and how a paper is written in it."""

    schema: str
    namespace: str
    write: Callable[[Paper], str]


def wrapped(value: str, indent: str = "") -> str:
    """Break a line as arXiv stores it: at 80 columns, further lines indented."""
    return "\n".join(
        textwrap.wrap(
            value, 80, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        )
    )


def abstract_text(record: Record) -> str:
    """Return the abstract as arXiv stores it: paragraphs begin with two blanks."""
    return "".join(
        f"  {wrapped(paragraph)}\n" for paragraph in PARAGRAPH.split(record.abstract.strip())
    )


def _optional(record: Record) -> str:
    msc = [one for one in record.classes if one[:1].isdigit()]
    acm = [one for one in record.classes if not one[:1].isdigit()]
    return (
        element("comments", wrapped(record.comment, "  ") if record.comment else None)
        + element("report-no", record.report_no)
        + element("msc-class", ", ".join(msc) or None)
        + element("acm-class", "; ".join(acm) or None)
        + element("journal-ref", record.journal_ref)
        + element("doi", record.doi)
    )


def _author(full: str) -> str:
    name = split_name(full)
    parts = (
        element("keyname", name.key)
        + element("forenames", name.forenames or None)
        + element("suffix", name.suffix or None)
    )
    return f"<author>{parts}</author>"


def _open(name: str) -> str:
    space = f"http://arxiv.org/OAI/{name}/"
    return (
        f'<{name} xmlns="{space}" xmlns:xsi="{XSI}"'
        f' xsi:schemaLocation="{space} http://arxiv.org/OAI/{name}.xsd">\n'
    )


def write_arxiv(paper: Paper) -> str:
    """Return the `arXiv` form: authors split, first and last dates."""
    record = paper.record
    updated = paper.latest.at.date().isoformat() if len(paper.versions) > 1 else None
    return (
        _open("arXiv")
        + element("id", record.id)
        + element("created", paper.versions[0].at.date().isoformat())
        + element("updated", updated)
        + f"<authors>{''.join(map(_author, record.authors))}</authors>"
        + element("title", wrapped(record.title, "  "))
        + element("categories", " ".join(record.categories))
        + _optional(record)
        + element("license", paper.licence)
        + element("abstract", abstract_text(record))
        + "</arXiv>"
    )


def _version(version: Version) -> str:
    parts = (
        element("date", version.at.strftime("%a, %d %b %Y %H:%M:%S GMT"))
        + element("size", f"{version.size_kb}kb")
        + element("source_type", "I" if version.withdrawn else None)
    )
    return f'<version version="v{version.number}">{parts}</version>'


def write_raw(paper: Paper) -> str:
    """Return the `arXivRaw` form: every version with its date and size."""
    record = paper.record
    return (
        _open("arXivRaw")
        + element("id", record.id)
        + element("submitter", record.submitter or (record.authors or [""])[0])
        + "".join(map(_version, paper.versions))
        + element("title", wrapped(record.title, "  "))
        + element("authors", wrapped(joined(record.authors), "  "))
        + element("categories", " ".join(record.categories))
        + _optional(record)
        + element("license", paper.licence)
        + element("abstract", abstract_text(record))
        + "</arXivRaw>"
    )


def write_dc(paper: Paper) -> str:
    """Return the `oai_dc` form."""
    record = paper.record
    comment = f"Comment: {wrapped(record.comment)}" if record.comment else None
    days = dict.fromkeys((paper.versions[0].at.date(), paper.latest.at.date()))
    return (
        f'<oai_dc:dc xmlns:oai_dc="{DC}" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:xsi="{XSI}"'
        f' xsi:schemaLocation="{DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd">\n'
        + element("dc:title", wrapped(record.title, "  "))
        + "".join(element("dc:creator", inverted(author)) for author in record.authors)
        + "".join(element("dc:subject", subject_of(one)) for one in record.categories)
        + element("dc:description", abstract_text(record))
        + element("dc:description", comment)
        + "".join(element("dc:date", day.isoformat()) for day in days)
        + element("dc:type", "text")
        + element("dc:identifier", f"http://arxiv.org/abs/{record.id}")
        + element("dc:identifier", f"doi:{record.doi}" if record.doi else None)
        + "</oai_dc:dc>"
    )


FORMATS = {
    "oai_dc": Format("http://www.openarchives.org/OAI/2.0/oai_dc.xsd", DC, write_dc),
    "arXiv": Format("http://arxiv.org/OAI/arXiv.xsd", "http://arxiv.org/OAI/arXiv/", write_arxiv),
    "arXivRaw": Format(
        "http://arxiv.org/OAI/arXivRaw.xsd", "http://arxiv.org/OAI/arXivRaw/", write_raw
    ),
}
