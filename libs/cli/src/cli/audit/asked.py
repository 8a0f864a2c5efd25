"""Check A12: a request nobody knows the answer to left one job and one root, or none; never two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from cli.audit.verdict import Finding, Twice
from common import jobs
from common.errors import UNREADABLE
from common.ids import parse_time
from common.jobs import Job
from common.kv import Entry

if TYPE_CHECKING:
    from cli.audit.evidence import Evidence

ONCE = "once."
"""Of the keys that remember which idempotency key led to which job."""


class Claim(msgspec.Struct, frozen=True):
    """Which job an idempotency key led to, and for which question."""

    job: str
    question: str


@dataclass
class Asked:
    """The jobs people asked for, and their idempotency keys."""

    jobs: dict[str, Job] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def take(self, items: Iterable[tuple[str, Entry]]) -> None:
        """Learn of a bucket."""
        for name, entry in items:
            try:
                if name.startswith(jobs.PREFIX):
                    job = msgspec.json.decode(entry.value, type=Job)
                    parse_time(job.created)
                    self.jobs[job.id] = job
                elif name.startswith(ONCE):
                    self.claims.append(msgspec.json.decode(entry.value, type=Claim))
            except (*UNREADABLE, ValueError):
                self.unreadable.append(name)


def asked(seen: "Evidence") -> Iterator[Finding]:
    """One key leads to one job of its own question, and one question to one job at a time."""
    for name in seen.asked.unreadable:
        yield Finding("A12", name, "cannot be read")
    for claim in seen.asked.claims:
        job = seen.asked.jobs.get(claim.job)  # none: nothing was begun, or it is forgotten
        if job is not None and job.same != claim.question:
            yield Finding("A12", job.id, "an idempotency key leads to it that asked something else")
    under_way: defaultdict[str, list[str]] = defaultdict(list)
    for job in seen.asked.jobs.values():
        if job.same and not job.is_ended and parse_time(job.created).timestamp() < seen.began_s:
            under_way[job.same].append(job.id)
    for several in under_way.values():
        if len(several) > 1:
            yield Twice("A12", min(several), f"one question, {len(several)} jobs under way for it")
