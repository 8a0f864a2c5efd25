"""Judges what was gathered: every check in turn."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from cli.audit.advisory import advisories, letters
from cli.audit.asked import asked
from cli.audit.ends import ends, pairs, roots
from cli.audit.errands import errands
from cli.audit.evidence import Evidence
from cli.audit.points import points
from cli.audit.spent import in_vain, money
from cli.audit.store import objects, orphans
from cli.audit.told import told
from cli.audit.verdict import Finding, Verdict, parted
from cli.progress import furthest

CHECKS = (
    *(roots, pairs, ends, letters, advisories, points, objects, orphans),
    *(money, in_vain, told, asked, errands),
)


def judge(seen: Evidence) -> Verdict:
    """The verdict; pure."""
    reached = Counter(furthest(paper.rows) for paper in seen.log.papers.values() if paper.rows)
    unexplained, doubled = parted(_findings(seen))
    ready, dead = reached["notified"], reached["dead"]
    return Verdict(
        papers=len(seen.log.papers),
        ready=ready,
        dead=dead,
        in_work=len(seen.log.papers) - ready - dead,
        facts=seen.log.facts,
        letters=sum(seen.log.letters.values()),
        advisories=len(seen.heard),
        deliveries=len(seen.told.records),
        summaries_paid=len(seen.log.paid),
        paid_in_vain=sum(not one.kept for one in seen.spent),
        cost_usd=round(sum(one.cost_usd for one in seen.spent), 6),
        points=seen.points.total,
        objects=len(seen.store.objects),
        bodies_read=len(seen.store.bodies),
        messages=seen.log.messages,
        unexplained=unexplained,
        doubled=doubled,
    )


def _findings(seen: Evidence) -> Iterator[Finding]:
    hidden = seen.log.needles.hidden
    for found in chain(seen.log.found, *(check(seen) for check in CHECKS)):
        yield type(found)(found.check, hidden(found.about), hidden(found.words))
