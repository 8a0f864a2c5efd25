"""Row 20: the model says 429 with Retry-After, then 500, then answers."""

import pytest

from chaos.conftest import Start
from chaos.kit import attempts, outside
from chaos.kit.verdict import assert_green

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]
RETRY_AFTER_S = 10
BUSY, BROKEN = 12, 6


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
    paid = [call for call in calls if call["billed"]]
    print(f"{len(calls)} calls, {len(paid)} paid, {attempts.most(system)} deliveries; {verdict}")
    assert len(calls) <= system.papers + BUSY + BROKEN
    assert len(paid) == system.papers
    assert verdict.audit["dead"] == 0
