"""Row 5: nats-server hangs; nobody is told that anything was accepted."""

import time

import pytest

from chaos.conftest import Share
from chaos.kit import strike
from chaos.kit.load import Load, Tried
from chaos.kit.verdict import assert_green
from servers import poll_until

FAST = pytest.param(22, 24, marks=pytest.mark.quick_chaos)
WHOLE = pytest.param(60, 80, marks=pytest.mark.chaos)
NOTICED_S = 15.0
UNDER_WAY_S = 1.0


@pytest.mark.timeout(500)
@pytest.mark.parametrize(("seconds", "papers"), [FAST, WHOLE])
def test_the_gateway_says_so_and_nothing_is_lost(share: Share, seconds: float, papers: int) -> None:
    system = share(papers)
    with Load(system, seconds) as load:
        poll_until(lambda: len(load.accepted) > 4, "no load", seconds=120)
        with strike.paused(system.pid("nats")):
            began = time.monotonic()
            limit_s = NOTICED_S + strike.SLACK_S
            poll_until(
                lambda: not system.is_ready("gateway"), "ready all the while", seconds=limit_s
            )
            noticed_s = time.monotonic() - began
            poll_until(
                lambda: time.monotonic() - began > seconds and bool(hung(load, began)),
                "nobody was answered",
                seconds=seconds + 60,
            )
            refused = hung(load, began)
    print(f"noticed after {noticed_s:.1f} s; {[(t.status, t.retry_after) for t in refused]}")
    assert_green(system, load.accepted)
    assert {tried.status for tried in refused} == {503}
    assert all(tried.retry_after for tried in refused)


def hung(load: Load, since: float) -> list[Tried]:
    """The tries that have ended and began when the bus stood still, not just before."""
    return [tried for tried in load.history if tried.at > since + UNDER_WAY_S]
