"""RIS records: one line a value, one line an author. Pure."""

from collections.abc import Iterator

from gateway.citing.keys import key_of
from gateway.citing.source import plain
from gateway.citing.work import Work

BREAK = "\r\n"


def record(work: Work) -> str:
    """One record with its end."""
    return "".join(f"{tag}  - {value}{BREAK}" for tag, value in _lines(work)) + f"ER  - {BREAK}"


def _lines(work: Work) -> Iterator[tuple[str, str]]:
    day = work.day
    yield "TY", "JOUR" if work.journal else "PREP"
    yield "ID", key_of(work)
    yield "TI", plain(work.title)
    for name in work.names:
        yield from _told("AU", name.filed)
    if day.year:
        yield "PY", f"{day.year:04d}"
        yield "DA", f"{day.year:04d}/{day.month:02d}/{day.day:02d}"
    yield from _told("JO", plain(work.journal))
    yield from _told("DO", work.doi)
    if work.eprint:
        yield "AN", f"arXiv:{work.eprint}"
        yield "PB", "arXiv"
    yield from _told("UR", work.url)
    yield from _told("L1", work.pdf_url)
    yield from _told("AB", plain(work.abstract))
    for word in (*work.categories, *(work.said.tags if work.said else ())):
        yield "KW", word


def _told(tag: str, value: str) -> Iterator[tuple[str, str]]:
    if value:
        yield tag, value
