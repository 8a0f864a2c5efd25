"""Metadata of a PDF that came by folder: from the JSON file beside it, else from the file."""

import html
import re
from datetime import datetime

import msgspec

from common.errors import Terminal, UsageError
from common.events import PaperMeta, VersionInfo
from common.paperid import parse
from fetcher.record import ABSTRACT_KEPT, TITLE_KEPT, Record, cut_authors, one_line

_INFO_TITLE = re.compile(rb"/Title\s*(?:\(((?:\\.|[^\\()]){1,600})\)|<([0-9A-Fa-f\s]{2,2400})>)")
_XMP_TITLE = re.compile(rb"<dc:title>.{0,200}?<rdf:li[^>]{0,100}>([^<]{1,600})</rdf:li>", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|[nrtbf()\\])")
_CONTROL = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b""}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NO_TITLE = re.compile(
    r"^(?:untitled.*|microsoft word.*|title|.*\.(?:pdf|tex|dvi|docx?|indd|ps|qxd)|\W*)$", re.I
)


class Sidecar(msgspec.Struct, frozen=True, kw_only=True):
    """What ``<stem>.json`` may say; everything is optional and unknown fields are ignored."""

    id: str = ""
    """arXiv id or DOI; becomes the paper's key."""
    doi: str = ""
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    comment: str = ""
    journal_ref: str = ""
    licence: str = ""
    license: str = ""
    submitted: str = ""
    url: str = ""
    version: int = 0


class BadSidecar(Terminal):
    """The JSON file beside the PDF is not what it should be."""


def _clean(text: str) -> str:
    """Without control characters, which extracted text has where a word was hyphenated."""
    return _CONTROLS.sub("", text).strip()


def read_sidecar(body: bytes) -> Sidecar:
    """The sidecar; raises BadSidecar naming the field."""
    try:
        return msgspec.json.decode(body, type=Sidecar)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadSidecar(f"its JSON file cannot be used: {error}", reason="bad_sidecar") from error


def describe(sidecar: Sidecar, body: bytes, *, sha256: str, stem: str, now: datetime) -> Record:
    """The paper a PDF is; raises BadSidecar when the sidecar's id is none."""
    title = one_line(_clean(sidecar.title)) or title_in(body) or title_of_name(stem)
    names, total = cut_authors([one_line(_clean(name)) for name in sidecar.authors if name.strip()])
    at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    paper, named_version = _key(sidecar, sha256)
    version = max(sidecar.version, named_version)
    meta = PaperMeta(
        title=title[:TITLE_KEPT],
        abstract=_clean(sidecar.abstract)[:ABSTRACT_KEPT],
        authors=names,
        authors_total=total,
        categories=tuple(c.strip() for c in sidecar.categories if c.strip()),
        comment=one_line(sidecar.comment),
        journal_ref=one_line(sidecar.journal_ref),
        doi=sidecar.doi.strip().lower(),
        licence=(sidecar.licence or sidecar.license).strip(),
        submitted=sidecar.submitted.strip() or at,
        updated=sidecar.submitted.strip() or at,
        announced=at[:10],
        versions=(VersionInfo(version=version, submitted=sidecar.submitted.strip() or at),),
        abs_url=_address(sidecar),
        source="folder",
    )
    return Record(paper=paper, version=version, meta=meta)


def _key(sidecar: Sidecar, sha256: str) -> tuple[str, int]:
    named = sidecar.id.strip() or sidecar.doi.strip()
    if not named:
        return f"upload:{sha256}", 1
    try:
        found = parse(named)
        return found.key, found.version or 1
    except UsageError as error:
        raise BadSidecar(f"its JSON file names no usable id: {error}", reason="bad_id") from error


def _address(sidecar: Sidecar) -> str:
    if sidecar.url.startswith(("https://", "http://")):
        return sidecar.url
    return f"https://doi.org/{sidecar.doi.strip().lower()}" if sidecar.doi.strip() else ""


def title_in(body: bytes) -> str:
    """The title a PDF states in the clear (XMP, then Info); empty when it is none worth showing."""
    for found in _XMP_TITLE.finditer(body):
        if title := _worthy(html.unescape(found[1].decode("utf-8", "replace"))):
            return title
    for found in _INFO_TITLE.finditer(body):
        if title := _worthy(_pdf_text(found[1], found[2])):
            return title
    return ""


def _pdf_text(literal: bytes | None, hexed: bytes | None) -> str:
    if literal is not None:
        raw = _ESCAPE.sub(_unescaped, literal)
    else:
        digits = b"".join((hexed or b"").split())
        raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    if raw.startswith((b"\xfe\xff", b"\xff\xfe")):
        return raw.decode("utf-16", "replace")
    return raw.decode("latin-1")


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if code[:1].isdigit():
        return bytes([int(code, 8) & 0xFF])
    return _CONTROL.get(code, code)


def _worthy(text: str) -> str:
    title = one_line("".join(char for char in text if char.isprintable() or char.isspace()))
    return "" if len(title) < 4 or _NO_TITLE.match(title) else title[:TITLE_KEPT]


def title_of_name(stem: str) -> str:
    """The file's name made readable; never used as a key."""
    plain = "".join(c for c in stem.replace("_", " ") if c.isprintable())
    return one_line(plain)[:TITLE_KEPT] or "Untitled"
