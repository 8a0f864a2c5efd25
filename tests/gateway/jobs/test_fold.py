"""What reports and silence make of a job."""

from typing import Any

import msgspec
import pytest

from common.events import JobReported
from common.jobs import Counts, Job
from gateway.jobs import fold

JOB = Job(id="j", kind="fetch", created="2026-07-14T08:00:00Z")
AT = "2026-07-14T08:01:00Z"


def report(**more: Any) -> JobReported:
    return JobReported(**{"job": "j", "at": AT, "state": "running", **more})


def job(**more: Any) -> Job:
    return msgspec.structs.replace(JOB, **more)


def test_a_report_moves_a_job_on() -> None:
    after = fold.folded(JOB, report(stage="fetching", done=3, total=10, failed=1))
    assert (after.state, after.stage, after.started, after.seen) == ("running", "fetching", AT, AT)
    assert (after.counts, after.progress) == (Counts(done=3, total=10, failed=1), 0.4)
    done = fold.folded(after, report(state="ok", at="2026-07-14T08:02:00Z"))
    assert (done.state, done.ended, done.progress) == ("ok", "2026-07-14T08:02:00Z", 1.0)
    assert done.counts.done == 3


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (job(folded=AT, state="running"), report(done=1, total=2)),
        (job(folded="2026-07-14T08:05:00Z", state="running"), report(done=1, total=2)),
        (job(state="ok"), report()),
        (job(state="ok"), report(state="failed")),
        (job(state="cancelled"), report()),
        (job(state="cancelled"), report(state="ok")),
    ],
)
def test_what_comes_late_or_again_changes_nothing(before: Job, told: JobReported) -> None:
    assert fold.folded(before, told) == before


def test_a_stopped_worker_is_heard_of() -> None:
    after = fold.folded(
        job(state="cancelled", stage="stopping", counts=Counts(done=1, total=9)),
        report(state="cancelled", stage="stopped"),
    )
    assert (after.state, after.stage, after.counts.done) == ("cancelled", "stopped", 1)


def test_folding_in_any_order_ends_the_same() -> None:
    first, last = report(done=1, total=3), report(state="ok", done=3, total=3, at=f"{AT[:-1]}.5Z")
    one = fold.folded(fold.folded(JOB, first), last)
    other = fold.folded(fold.folded(JOB, last), first)
    assert (one.state, one.counts, one.ended) == (other.state, other.counts, other.ended)


@pytest.mark.parametrize(
    ("before", "busy", "verdict"),
    [
        (job(state="running", seen="2026-07-14T08:04:00Z"), False, ""),
        (job(state="running", seen="2026-07-14T08:00:00Z"), False, "requeue"),
        (job(state="running", seen="2026-07-14T08:00:00Z"), True, ""),
        (job(), False, "requeue"),
        (job(attempts=3), False, "fail"),
        (job(state="running", stage=fold.RETRIES, error="x"), False, "fail"),
        (job(state="ok"), False, ""),
    ],
)
def test_silence(before: Job, busy: bool, verdict: str) -> None:
    found = fold.repair(before, at="2026-07-14T08:06:00Z", stale_s=300, busy=busy)
    assert found == verdict


def test_repairs() -> None:
    again = fold.requeued(job(state="running", worker="w"), AT)
    assert (again.state, again.worker, again.attempts, again.seen) == ("queued", "", 2, AT)
    lost = fold.given_up(job(state="running", attempts=3), AT)
    assert (lost.state, lost.ended) == ("failed", AT)
    assert "not heard of" in lost.error
    assert fold.given_up(job(error="arxiv: 503"), AT).error == "arxiv: 503"
