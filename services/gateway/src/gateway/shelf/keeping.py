"""A library as a file that is kept: open JSON, which an import takes back."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from common.errors import UsageError
from common.ids import parse_time
from common.paperid import parse
from gateway.citing.work import Work
from gateway.shelf import said
from gateway.shelf.said import Said

FORMAT = "paperbus-library"
VERSION = 1
NAME = "json"
MEDIA_TYPE = "application/json"
_KEPT = ("paper", "at", "tags")


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The file; see docs/library-export.md."""

    format: str
    version: int
    papers: list[msgspec.Raw]


def document(works: Iterable[Work]) -> bytes:
    """The file: whatever is said of each paper, and enough to find it without this program."""
    papers = [_told(work) for work in works]
    made = {"format": FORMAT, "version": VERSION, "papers": papers}
    return msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n"


def _told(work: Work) -> dict[str, Any]:
    found = {"title": work.title, "authors": work.authors, "doi": work.doi, "url": work.url}
    told = {name: value for name, value in found.items() if value}
    return {"paper": work.paper, **told, **msgspec.to_builtins(work.said)}


def read(body: bytes) -> list[msgspec.Raw]:
    """The papers of a file, each still to be read by ``one``; raises UsageError."""
    try:
        found = msgspec.json.decode(body, type=Document)
    except msgspec.DecodeError as error:
        told = f"is not a library that was exported as JSON ({error}); send the file as it came"
        raise UsageError("body", told) from error
    if found.format != FORMAT or found.version > VERSION:
        named = f"{found.format[:40]} {found.version}"
        raise UsageError("body", f"is {named}; here {FORMAT} up to {VERSION} is read")
    return found.papers


def one(raw: msgspec.Raw) -> Said:
    """What is said of one paper, checked; raises UsageError."""
    try:
        given = msgspec.json.decode(raw, type=Said)
    except msgspec.DecodeError as error:
        raise UsageError("papers", f"does not fit ({error})") from error
    return msgspec.structs.replace(
        given, paper=parse(given.paper).key, tags=said.tags(given.tags), at=_moment(given.at)
    )


def joined(given: Said, *, at: str) -> Callable[[Said], Said]:
    """What makes one of what is said already and what is ``given``: the former wins, tags add up.

    The change raises UsageError when there would be too many tags.
    """

    def change(before: Said) -> Said:
        nothing = Said(paper=before.paper)
        new = {
            name: getattr(given, name)
            for name in Said.__struct_fields__
            if name not in _KEPT and getattr(before, name) == getattr(nothing, name)
        }
        tags = said.tags({*before.tags, *given.tags})
        after = msgspec.structs.replace(before, **new, tags=tags)
        if after == before:
            return before
        then = given.at if before.is_nothing and given.at and given.at <= at else at
        return msgspec.structs.replace(after, at=then)

    return change


def _moment(text: str) -> str:
    """A time as it is kept, or nothing when it is none."""
    try:
        parse_time(text)
    except ValueError:
        return ""
    return text
