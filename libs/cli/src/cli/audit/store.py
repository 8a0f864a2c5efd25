"""Checks A5 and A6 for objects: every body is there and whole, and none is without a cause."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from cli.audit.facts import Ref
from cli.audit.verdict import Finding
from common.errors import UNREADABLE
from common.objectlist import Listed
from common.texts import decode_summary, decode_text

if TYPE_CHECKING:
    from cli.audit.evidence import Evidence

PREFIXES = ("pdf/", "text/", "summary/")
"""Bodies of papers; what lies elsewhere, such as reports, belongs to none."""
SUMMARY = "summary/"
TEXT = "text/"
ROWS = {TEXT: "indexer", SUMMARY: "summarizer"}


class Owner(msgspec.Struct, frozen=True):
    """Whose body it is, as texts and summaries say themselves."""

    paper: str = ""
    version: int = 0


class Body(NamedTuple):
    """What reading one body showed."""

    problem: str = ""
    owner: Owner | None = None


@dataclass
class Stored:
    """The listing, and the bodies that were read."""

    objects: dict[str, Listed] = field(default_factory=dict)
    bodies: dict[str, Body] = field(default_factory=dict)


def looked_at(key: str, body: bytes | None, ref: Ref | None) -> Body:
    """What a body shows: whether it is the one that was stated, and can be read."""
    if body is None:
        return Body("is not in the store")
    try:
        owner = _owner(key, body)
    except UNREADABLE as error:
        return Body(f"cannot be read: {error}")
    digest = hashlib.sha256(body).hexdigest()
    if ref is not None and digest != ref.sha256:
        return Body("is damaged: its sha256 differs", owner)
    return Body("", owner)


def _owner(key: str, body: bytes) -> Owner | None:
    if key.startswith(SUMMARY):
        summary = decode_summary(body)
        return Owner(summary.paper, summary.version)
    if key.startswith(TEXT):
        text = decode_text(body)
        return Owner(text.paper, text.version)
    return None


def objects(seen: "Evidence") -> Iterator[Finding]:
    """Every body that a fact names lies in the store as the fact says."""
    for key, (name, ref) in seen.log.refs.items():
        there = seen.store.objects.get(key)
        if there is None:
            if not seen.moved(seen.log.papers[name]):
                yield Finding("A5", name, f"{key} is not in the store")
        elif there.size_bytes != ref.size_bytes:
            words = f"{key} has {there.size_bytes} bytes, the fact says {ref.size_bytes}"
            yield Finding("A5", name, words)
        elif not key.startswith(SUMMARY) and ref.sha256 not in key:
            yield Finding("A5", name, f"{key} is not named by its sha256")
        elif (body := seen.store.bodies.get(key)) is not None and body.problem:
            yield Finding("A5", name, f"{key} {body.problem}")


def orphans(seen: "Evidence") -> Iterator[Finding]:
    """No body lies in the store that nothing in the log led to."""
    for key in orphaned(seen):
        owner = seen.store.bodies.get(key, Body()).owner
        yield Finding("A6", owner.paper if owner else key, f"{key} belongs to nothing in the log")


def orphaned(seen: "Evidence") -> list[str]:
    """Keys of bodies that no fact and no dead letter names, and that no work may name yet."""
    return [
        key
        for key in unnamed(seen)
        if key not in seen.log.lettered
        and not seen.is_loose(seen.store.objects[key].changed_s)
        and not _has_cause(seen, key, seen.store.bodies.get(key, Body()).owner)
    ]


def unnamed(seen: "Evidence") -> list[str]:
    """Keys that no fact names."""
    return [key for key in seen.store.objects if key not in seen.log.refs]


def _has_cause(seen: "Evidence", key: str, owner: Owner | None) -> bool:
    """A try that was overtaken, died or was made again may leave a body behind."""
    paper = seen.log.papers.get(owner.paper) if owner else None
    if paper is None or owner is None:
        return False
    row = paper.rows.get(ROWS[f"{key.partition('/')[0]}/"])
    return row is not None and row.version >= owner.version
