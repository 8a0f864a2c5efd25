"""Whether a paper fits a watch, how well, and why: pure, and the same wherever it is asked."""

import msgspec

from common.events import PaperMeta
from common.querying import Hit, Texts, by, in_category, name_of
from common.ranking.covering import Covered, covered
from common.watches.check import parse
from common.watches.watch import Filters, Watch


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one paper; ``reason`` says in plain words why it does not fit."""

    fits: bool
    score: float = 0.0
    hits: tuple[Hit, ...] = ()
    reason: str = ""


def match(watch: Watch, meta: PaperMeta, paper: str = "") -> Match:
    """The verdict on the paper of this key; raises UsageError when the watch's query is wrong."""
    missed = _filtered(watch.filters, meta)
    if missed:
        return Match(fits=False, reason=missed)
    texts = Texts(
        title=meta.title,
        abstract=meta.abstract,
        authors=meta.authors,
        categories=meta.categories,
        feeds=meta.feeds,
        announced=meta.announced,
        paper=paper,
    )
    found = _judged(covered(parse(watch.query), texts))
    if found.fits and found.score < watch.min_score:
        reason = f"score {found.score:.2f} is under {watch.min_score:.2f}"
        return msgspec.structs.replace(found, fits=False, reason=reason)
    return found


def _judged(found: Covered) -> Match:
    if found.unwanted is not None:
        reason = f"-{found.unwanted.text} is in the {found.unwanted.place}"
        return Match(fits=False, reason=reason)
    if found.missing is not None:
        reason = f"{found.missing.field}:{found.missing.text} is missing"
        return Match(fits=False, hits=found.hits, reason=reason)
    if not found.score:
        return Match(fits=False, reason="none of its words occur")
    return Match(fits=True, score=found.score, hits=found.hits)


def _filtered(filters: Filters, meta: PaperMeta) -> str:
    """Which filter does not hold, or nothing."""
    if filters.categories and not any(
        in_category(code, wanted) for code in meta.categories for wanted in filters.categories
    ):
        return f"not in {', '.join(filters.categories)}"
    if filters.feeds and not set(filters.feeds) & set(meta.feeds):
        return f"not from feed {', '.join(filters.feeds)}"
    if filters.authors and not any(
        by(name_of(wanted), author) for author in meta.authors for wanted in filters.authors
    ):
        return f"not by {', '.join(filters.authors)}"
    return ""
