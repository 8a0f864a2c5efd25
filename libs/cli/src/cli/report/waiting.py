"""Dead letters that wait now, and those of them that came in a span."""

from collections import Counter

from cli.report.figures import Letter, Letters
from cli.report.span import Span
from common.letters.box import Letters as Box
from common.letters.letter import Letter as Buried
from common.letters.which import Which

NEWEST = 10


async def letters(box: Box, span: Span, feed: str = "") -> Letters:
    """Raises Unavailable."""
    found = [one.letter async for one in box.find(Which(feed=feed))]
    return told(found, span)


def told(found: list[Buried], span: Span) -> Letters:
    """Pure; the longest waiting come first in ``found``."""
    reasons = Counter(f"{one.service or 'unknown'}: {one.reason or 'unknown'}" for one in found)
    return Letters(
        held=len(found),
        buried=sum(span.has(one.at) for one in found),
        reasons=dict(reasons.most_common()),
        newest=tuple(_letter(one) for one in found[: -NEWEST - 1 : -1]),
    )


def _letter(one: Buried) -> Letter:
    name = f"{one.paper}v{one.version}" if one.paper else one.subject
    return Letter(
        seq=one.seq,
        at=one.at,
        service=one.service,
        reason=one.reason,
        about=f"{name} {one.title}".strip(),
        error=one.error[:200],
        mend=one.mend,
    )
