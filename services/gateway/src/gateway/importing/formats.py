"""The formats an import is read from, told by name, media type, or how a text begins. Pure."""

import re
from collections.abc import Callable
from typing import NamedTuple

from common.errors import UsageError
from gateway.failures import Refused
from gateway.importing import bibtex, lines, opml, ris
from gateway.importing.entry import Entry, Misread, Parsed, sorted_out
from gateway.shelf import keeping

MOST_BYTES = 1 << 20
MOST_ENTRIES = 5000
MOST_KEPT_BYTES = 16 << 20
MOST_KEPT = 20_000
"""A whole library, which its own export must be able to bring back."""


class TooMuch(Refused):
    """More than is taken at once."""

    status = 413


class OtherKind(Refused):
    """A body of a kind nobody reads here."""

    status = 415


class Source(NamedTuple):
    """One format."""

    name: str
    media_types: tuple[str, ...]
    read: Callable[[str], Parsed]
    begins: re.Pattern[str]
    """How a text of it begins."""
    most_bytes: int = MOST_BYTES
    most_entries: int = MOST_ENTRIES


def _kept(text: str) -> Parsed:
    found: list[Entry | Misread] = []
    for number, raw in enumerate(keeping.read(text.encode()), start=1):
        try:
            said = keeping.one(raw)
        except UsageError as error:
            told = f"{error.field}: {error.message}"
            found.append(Misread(number, f"paper {number}", told))
        else:
            found.append(Entry(number, said.paper, (said.paper,), said))
    return sorted_out(found)


_NOTHING = re.compile(r"(?!)")
_ALL = (
    Source(
        *("bibtex", ("application/x-bibtex", "text/x-bibtex"), bibtex.read),
        re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]", re.MULTILINE),
    ),
    Source(
        *("ris", ("application/x-research-info-systems",), ris.read),
        re.compile(r"^TY\s{1,2}- ", re.MULTILINE),
    ),
    Source(
        *("opml", ("text/x-opml", "application/xml", "text/xml"), opml.read),
        re.compile(r"\A\s*<(?:\?xml|opml)", re.IGNORECASE),
    ),
    Source(
        *("json", (keeping.MEDIA_TYPE,), _kept, re.compile(r"\A\s*\{")),
        *(MOST_KEPT_BYTES, MOST_KEPT),
    ),
    Source("ids", ("text/uri-list",), lines.read, _NOTHING),
)
SOURCES = {one.name: one for one in _ALL}
UNTOLD = ("", "text/plain", "application/octet-stream")
"""Media types that say nothing."""


def source_of(name: str, media_type: str, text: str) -> Source:
    """The format by its name, or else by the media type, or else by how the text begins.

    Raises UsageError for another name, OtherKind for another media type.
    """
    if name:
        if name not in SOURCES:
            raise UsageError("format", f"{name[:40]!r} is not one of {', '.join(SOURCES)}")
        return SOURCES[name]
    for one in _ALL:
        if media_type in one.media_types:
            return one
    if media_type not in UNTOLD:
        raise OtherKind(
            "Send text/plain with an id a line, application/x-bibtex, text/x-opml, "
            f"{ris_type()} or JSON; or name it with ?format={'|'.join(SOURCES)}."
        )
    return next((one for one in _ALL if one.begins.search(text)), SOURCES["ids"])


def ris_type() -> str:
    """The media type of RIS, which nobody knows by heart."""
    return SOURCES["ris"].media_types[0]


def parsed(body: bytes, *, name: str, media_type: str) -> tuple[Source, Parsed]:
    """All that a body names; raises UsageError, TooMuch, OtherKind."""
    text = _text(body)
    source = source_of(name, media_type, text)
    if len(body) > source.most_bytes:
        raise TooMuch(f"More than {source.most_bytes >> 20} MB; send it in parts.")
    if not text.strip():
        raise UsageError(
            "body", "is empty; send ids of papers, one a line, or a file of references"
        )
    found = source.read(text)
    count = len(found.entries) + len(found.misread) + len(found.feeds)
    if not count and source.name != "json":
        raise UsageError("body", f"names nothing; as {source.name} it has no entry")
    if count > source.most_entries:
        raise TooMuch(f"{count} entries, and {source.most_entries} are taken; send it in parts.")
    return source, found


def _text(body: bytes) -> str:
    """Old files are often Latin-1; what names papers is ASCII in both."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")
