"""Row 13: a worker stands still past its time, another does the work, then the first wakes up."""

import pytest

from chaos.conftest import Start
from chaos.kit import attempts, strike
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [pytest.mark.quick_chaos, pytest.mark.timeout(500)]
MESSAGES = 'paperbus_messages_total{outcome="done"'
IN_WORK = "paperbus_messages_in_work{"


def test_the_second_worker_counts(start: Start) -> None:
    system = start(40)
    system.replica("indexer")
    system.load()
    poll_until(lambda: system.metric("indexer", IN_WORK) > 0, "nothing in work", seconds=120)
    with strike.paused(system.pid("indexer")):
        system.settle()
        taken_over = attempts.most(system)
    assert_green(system)
    poll_until(
        lambda: system.metric("indexer", IN_WORK) == 0,
        "the first one does not come back",
        seconds=120,
    )
    lost = system.metric("indexer", "paperbus_ledger_races_lost_total{")
    again = system.metric("indexer", 'paperbus_messages_total{outcome="already"')
    print(f"the sleeper lost {lost:.0f} races, found {again:.0f} done already")
    assert lost + again > 0, "the sleeper stored what was not its own any more"
    assert taken_over > 1, "nothing was in its hands when it was stopped"
