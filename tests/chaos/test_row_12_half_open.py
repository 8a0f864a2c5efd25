"""Row 12: single connections go silent for good, nobody is told."""

import pytest

from chaos.conftest import Start
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


def test_each_is_noticed_and_made_anew(start: Start) -> None:
    system = start(40, proxied=("nats",))
    made = system.spoil("nats")["made"]
    with Load(system, 30):
        for number in range(1, 6):
            system.spoil("nats", drop_one=True)
            poll_until(
                lambda n=number: system.spoil("nats")["made"] >= made + n,  # type: ignore[misc]
                "the silence was not noticed",
                seconds=40,
            )
    assert_green(system)
