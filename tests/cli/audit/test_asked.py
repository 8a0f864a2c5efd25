"""What requests left behind: one job for one question."""

from typing import Any

import msgspec
import pytest

from audit_log import NOW_S, Message, found
from cli.audit.evidence import Evidence
from cli.audit.judge import judge
from common.jobs import Job
from common.kv import Entry


def job(ident: str, same: str, state: Any = "running", created: str = "2026-01-01") -> Message:
    made = Job(
        id=ident,
        kind="fetch",
        state=state,
        created=f"{created}T00:00:00Z",
        seen="2026-09-21T14:13:00Z",
        same=same,
    )
    return f"job.{ident}", msgspec.json.encode(made)


def claim(job: str, question: str) -> Message:
    asked = {"job": job, "question": question, "at": "2026-01-01T00:00:00Z"}
    return f"once.{job}", msgspec.json.encode(asked)


ASKED: dict[str, tuple[list[Message], list[tuple[str, str]]]] = {
    "a key and its job": ([job("1", "a"), claim("1", "a")], []),
    "a key whose request left nothing": ([claim("1", "a")], []),
    "the same again after an end": ([job("1", "a", "ok"), job("2", "a")], []),
    "two questions": ([job("1", "a"), job("2", "b")], []),
    "what began while the audit read": ([job("1", "a"), job("2", "a", created="2999-01-01")], []),
    "jobs of before there were questions": ([job("1", ""), job("2", "")], []),
    "other keys": ([("same.x", b"{")], []),
    "one question, two jobs": ([job("2", "a"), job("1", "a", "queued")], [("A12", "1")]),
    "a key of another question": ([job("1", "a"), claim("1", "b")], [("A12", "1")]),
    "a job of no time": ([job("1", "a", created="then")], [("A12", "job.1")]),
    "a job that is none": ([("job.1", b"{")], [("A12", "job.1")]),
}


@pytest.mark.parametrize("case", ASKED)
def test_what_requests_left(case: str) -> None:
    items, expected = ASKED[case]
    seen = Evidence(began_s=NOW_S)
    seen.asked.take((name, Entry(body, 1)) for name, body in items)
    assert found(judge(seen)) == expected
