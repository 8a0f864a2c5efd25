"""Row 20: the model says 429 with Retry-After, then 500, then answers."""

from typing import Any

import pytest

from chaos.conftest import Start
from chaos.kit import attempts, outside
from chaos.kit.verdict import assert_green
from common import topology

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]
RETRY_AFTER_S = 10
BUSY, BROKEN = 12, 6
WORKERS = 4
"""What the summarizer has when it is not told otherwise."""


def test_asked_no_more_than_allowed_and_none_is_dead(start: Start) -> None:
    system = start(12)
    control = f"http://127.0.0.1:{system.ports['llm']}/control"
    steps = [
        {"fault": "rate_limit", "retry_after": str(RETRY_AFTER_S), "times": BUSY},
        {"fault": "error", "status": 500, "times": BROKEN},
    ]
    outside.ask(control, "DELETE")
    outside.ask(control, "PUT", {"steps": steps})
    system.load()
    verdict = assert_green(system)
    calls = outside.calls(system.ports["llm"])
    after = calls_after_busy(calls)
    waits = system.metric("summarizer", 'paperbus_dependency_waits_total{dependency="llm"}')
    paid = [call for call in calls if call["billed"]]
    print(f"{len(calls)} calls, {len(paid)} paid, {attempts.most(system)} deliveries; {verdict}")
    print(f"calls within {RETRY_AFTER_S} s of each 429: {after}; {waits:g} waits")
    assert len(after) == BUSY
    assert max(after) < WORKERS, "only those that were under way already may still ask"
    assert sum(after[WORKERS:]) == 0, "once it is known, one asks at a time"
    assert waits >= BUSY
    assert attempts.most(system) < topology.MAX_ATTEMPTS
    assert len(paid) == system.papers
    assert verdict.audit["dead"] == 0


def calls_after_busy(calls: list[dict[str, Any]]) -> list[int]:
    """For each 429, how many calls came before its Retry-After was over."""
    times = [call["at_s"] for call in calls]
    busy = [call["at_s"] for call in calls if call["status"] == 429]
    return [sum(at < other < at + RETRY_AFTER_S for other in times) for at in busy]
