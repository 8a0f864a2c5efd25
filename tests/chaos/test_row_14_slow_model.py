"""Row 14: the model takes far longer than a message may lie unacknowledged."""

from collections import Counter

import pytest

from chaos.conftest import Start
from chaos.kit import attempts, outside
from chaos.kit.verdict import assert_green

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]
EACH_WAY_S = 65.0


def test_each_summary_is_paid_for_once(start: Start, tmp_path: object) -> None:
    system = start(3, proxied=("llm",), environ={"SUMMARY_READ_TIMEOUT_S": "400"})
    outside.ask(f"http://127.0.0.1:{system.ports['llm']}/control", "DELETE")
    system.spoil("llm", latency_s=EACH_WAY_S)
    system.load()
    system.reach(lambda c: c.announced == system.papers == c.ended, "not ended", 500)
    verdict = assert_green(system)
    paid = Counter(call["prompt"] for call in outside.calls(system.ports["llm"]))
    print(f"calls {sorted(paid.values())}, deliveries {attempts.most(system)}; {verdict}")
    assert set(paid.values()) == {1}
    assert attempts.most(system) == 1
