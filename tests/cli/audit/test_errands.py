"""What jobs say: papers that were kept are known, and none is left behind."""

from typing import Any

import msgspec
import pytest

from audit_log import ONE, clean, looked
from cli.audit.errands import errands
from cli.audit.lines import Line
from common import topology
from common.events import FetchAsked
from common.jobs import Counts, Job
from common.kv import Entry

LOST = "arxiv:2402.00001"
LONG_AGO, JUST_NOW = "2026-09-21T14:06:19Z", "2026-09-21T14:06:21Z"
"""Seven minutes before the audit: the time to settle, and the time until a gateway asks again."""
(ASKED,) = (one for one in topology.CONSUMERS if one.event is FetchAsked)


def job(state: Any = "running", kind: str = "fetch", **more: Any) -> Job:
    fields: dict[str, Any] = {"created": LONG_AGO, "seen": LONG_AGO, **more}
    return Job(id=f"{kind}-{state}", kind=kind, state=state, **fields)


def fetched(*ids: str, failed: int = 0, **params: Any) -> Job:
    return job("ok", params={"ids": list(ids), **params}, counts=Counts(done=1, failed=failed))


def line(**more: Any) -> Line:
    fields: dict[str, Any] = {"waiting": 0, "in_work": 0, "paused": False, **more}
    return Line(consumer=ASKED, delivered=1, settled=1, active_s=0.0, **fields)


JOBS: dict[str, tuple[list[Job], Line, list[tuple[str, str]]]] = {
    "what was fetched is known": ([fetched(ONE, f"{ONE}v2")], line(), []),
    "a paper is missing": ([fetched(ONE, LOST)], line(), [("A1", LOST)]),
    "and was said to be": ([fetched(ONE, LOST, failed=1)], line(), []),
    "one was said, two are": (
        [fetched(LOST, f"{LOST[:-1]}2", failed=1)],
        line(),
        [("A1", LOST), ("A1", f"{LOST[:-1]}2")],
    ),
    "a limit left it out": ([fetched(ONE, LOST, limit=1)], line(), []),
    "no ids at all": ([fetched("no id"), job("ok", params={"ids": 7})], line(), []),
    "a feed was run": ([job("ok", params={"feed": "ai"})], line(), []),
    "a failed one promised nothing": ([job("failed", params={"ids": [LOST]})], line(), []),
    "left behind": ([job()], line(), [("A11", "fetch-running")]),
    "left behind in the queue": ([job("queued", seen="")], line(), [("A11", "fetch-queued")]),
    "heard of in time": ([job(seen=JUST_NOW)], line(), []),
    "somebody works on it": ([job()], line(in_work=1), []),
    "its source is away": ([job()], line(waiting=1, paused=True), []),
    "nobody takes it": ([job()], line(waiting=1), [("A11", "fetch-running")]),
    "left behind by a gateway": ([job(kind="export")], line(), [("A11", "export-running")]),
    "behind one that is done": (
        [job("queued", "reindex"), job(kind="export", seen=JUST_NOW)],
        line(),
        [],
    ),
    "behind none": ([job("queued", "reindex")], line(), [("A11", "reindex-queued")]),
}


@pytest.mark.parametrize("case", JOBS)
def test_what_jobs_say(case: str) -> None:
    there, at, expected = JOBS[case]
    seen = looked(clean(), lines=[at])
    seen.asked.take((f"job.{n}", Entry(msgspec.json.encode(one), 1)) for n, one in enumerate(there))
    assert sorted((one.check, one.about) for one in errands(seen)) == expected
