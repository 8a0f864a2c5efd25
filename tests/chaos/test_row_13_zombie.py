"""Row 13: a worker stands still past its time, another does the work, then the first wakes up."""

import pytest

from chaos.conftest import Share
from chaos.kit import attempts, strike
from chaos.kit.load import Load
from chaos.kit.system import System
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [pytest.mark.quick_chaos, pytest.mark.timeout(500)]
PAPERS = 24
ROUNDS = 3
"""A worker may be stopped just when it has nothing left in its hands."""
LOST = "paperbus_ledger_races_lost_total{"
ALREADY = 'paperbus_messages_total{outcome="already"'
IN_WORK = "paperbus_messages_in_work{"


def test_the_second_worker_counts(share: Share) -> None:
    for _ in range(ROUNDS):
        taken_over, found = slept(share(PAPERS))
        print(f"the sleeper found {found:.0f} papers done by the other")
        if taken_over > 1 and found > 0:
            break
    assert taken_over > 1, "nothing was in its hands when it was stopped"
    assert found > 0, "the sleeper stored what was not its own any more"


def slept(system: System) -> tuple[int, float]:
    """Deliveries that a paper took while one of two indexers slept, and what it did in vain."""
    second = system.replica("indexer")
    before = in_vain(system)
    with Load(system, 1) as load:
        poll_until(lambda: system.metric("indexer", IN_WORK) > 0, "nothing in work", seconds=120)
        with strike.paused(system.pid("indexer")):
            poll_until(lambda: load.is_over, "not all accepted", seconds=120)
            system.settle()
            taken_over = attempts.most(system)
    assert_green(system, load.accepted)
    poll_until(
        lambda: system.metric("indexer", IN_WORK) == 0,
        "the first one does not come back",
        seconds=120,
    )
    found = in_vain(system) - before
    system.dismiss(second)
    return taken_over, found


def in_vain(system: System) -> float:
    """Work of the first indexer that was lost in a race, or done already when it came."""
    return system.metric("indexer", LOST) + system.metric("indexer", ALREADY)
