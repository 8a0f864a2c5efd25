"""Row 12: single connections go silent for good, nobody is told."""

import pytest

from chaos.conftest import Start
from chaos.kit import strike
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]
NOTICED_S = 15.0
"""Two pings of five seconds without an answer, and the one that is under way."""


def test_each_is_noticed_and_made_anew(start: Start) -> None:
    system = start(40, proxied=("nats",))
    made = system.spoil("nats")["made"]
    with Load(system, 30) as load:
        for number in range(1, 6):
            system.spoil("nats", drop_one=True)
            poll_until(
                lambda n=number: system.spoil("nats")["made"] >= made + n,  # type: ignore[misc]
                "the silence was not noticed",
                seconds=NOTICED_S + strike.SLACK_S,
            )
    assert_green(system, load.accepted)
