"""Row 28: the clock of one service is off by ten minutes, then jumps back."""

import pytest

from chaos.conftest import Start
from chaos.kit import strike
from chaos.kit.able import needs
from chaos.kit.verdict import assert_green

pytestmark = [needs("faketime"), pytest.mark.chaos, pytest.mark.timeout(600)]


@pytest.mark.parametrize(
    ("service", "offset"), [("fetcher", "+10m"), ("summarizer", "-10m"), ("notifier", "+10m")]
)
def test_order_is_by_place_in_the_log(start: Start, service: str, offset: str) -> None:
    system = start(24)
    system.again(service, **strike.clock(offset))
    system.load()
    system.reach(lambda c: c.announced >= system.papers // 2, "no progress")
    system.again(service, LD_PRELOAD="", FAKETIME="")
    verdict = assert_green(system)
    assert verdict.audit["ready"] >= system.papers * 0.8
