"""Where objects and points are not what the ledger says. Pure."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from common.events import ObjectRef
from common.vectors.inventory import Held
from common.vectors.points import generation
from indexer.reconcile.papers import FETCHED, INDEXED, SHOWN, SUMMARIZED, Mark, Paper

PDF, TEXT, SUMMARY = "pdf_missing", "text_missing", "summary_missing"
POINTS, TLDR, ORPHAN, STUCK = "points_wrong", "tldr_wrong", "orphan", "stuck"
KINDS = (PDF, TEXT, SUMMARY, POINTS, TLDR, ORPHAN, STUCK)
NOTHING = Held()


class Finding(NamedTuple):
    """One thing that is not as it should be, in plain words."""

    kind: str
    paper: str
    words: str
    durable: str = ""
    """What owes the next row of a paper that is stuck."""


def compare(paper: Paper, held: Held | None, sizes: Mapping[str, int]) -> Iterator[Finding]:
    """What is wrong with one paper; ``sizes`` are the lengths of all objects."""
    if not paper.marks:
        if held is not None:
            yield Finding(ORPHAN, paper.name, "the index has points of a paper the ledger has not")
        return
    fetched = paper.done(FETCHED)
    if fetched and paper.fetched and (why := _missing(paper.fetched.pdf, sizes)):
        yield Finding(PDF, paper.name, why)
    indexed = paper.done(INDEXED)
    newest = max(mark.version for mark in paper.marks.values())
    if indexed is None or paper.embedded is None or indexed.version < newest:
        return  # the next version is on its way, and writes all this anew
    if why := _missing(paper.embedded.text, sizes):
        yield Finding(TEXT, paper.name, why)
    if why := _wrong(paper, indexed, held or NOTHING):
        yield Finding(POINTS, paper.name, why)
    elif _is_untold(paper, indexed, held or NOTHING):
        yield Finding(TLDR, paper.name, "the index shows another summary than was made")
    summarized = paper.done(SUMMARIZED)
    if summarized and paper.summarized and (why := _missing(paper.summarized.summary, sizes)):
        yield Finding(SUMMARY, paper.name, why)


def _missing(ref: ObjectRef | None, sizes: Mapping[str, int]) -> str:
    if ref is None:
        return ""
    size = sizes.get(ref.key)
    if size is None:
        return f"{ref.key} is not in the store"
    return "" if size == ref.size_bytes else f"{ref.key} has {size} bytes, not {ref.size_bytes}"


def _wrong(paper: Paper, indexed: Mark, held: Held) -> str:
    assert paper.embedded is not None
    due = generation(indexed.version, indexed.epoch)
    if held.gen != due:
        return f"generation {held.gen} is there, not {due}" if held.gen else "the point is missing"
    count = held.passages.get(due, 0)
    if count != paper.embedded.passages:
        return f"{count} of {paper.embedded.passages} passages are there"
    if len(held.passages) > (1 if count else 0):
        return "passages of an earlier version are left"
    if held.withdrawn != paper.embedded.meta.withdrawn:
        return "withdrawn or not: the index says otherwise"
    return ""


def _is_untold(paper: Paper, indexed: Mark, held: Held) -> bool:
    summarized, shown = paper.done(SUMMARIZED), paper.done(SHOWN)
    if summarized is None or shown is None or paper.summarized is None:
        return False
    same = summarized.version == shown.version == indexed.version
    return same and held.tldr != paper.summarized.tldr
