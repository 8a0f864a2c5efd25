"""Row 17: the server is not as declared when a service starts."""

import signal

import pytest

from chaos.conftest import Start
from chaos.kit import strike
from chaos.kit.verdict import assert_green
from chaos.test_row_16_consumer_gone import changed
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(400)]


def test_the_service_refuses_until_it_is_mended(start: Start) -> None:
    system = start(10)
    strike.send(system.pid("indexer"), signal.SIGTERM)
    system.on_bus(changed)
    log = system.child("indexer").command.log
    size = log.stat().st_size
    poll_until(lambda: "ack_wait" in log.read_text()[size:], "it does not say what is wrong")
    assert not system.is_ready("indexer")
    shown = system.command("topology", "check")
    print(shown.returncode, shown.stdout, shown.stderr)
    assert system.command("topology", "apply").returncode == 0
    poll_until(lambda: system.is_ready("indexer"), "not ready again", seconds=120)
    system.load()
    assert_green(system)
