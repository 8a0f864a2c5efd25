"""Row 16: a durable is deleted or changed under a running service."""

from collections.abc import Awaitable, Callable

import pytest

from chaos.conftest import Start
from chaos.kit import strike
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green
from common.events import PaperFetched
from common.runtime import Runtime
from common.topology import PAPERS, consumer_for
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]
DURABLE = consumer_for("indexer", PaperFetched).durable
NOTICED_S = 15.0


async def deleted(runtime: Runtime) -> None:
    await runtime.js.delete_consumer(PAPERS, DURABLE)


async def changed(runtime: Runtime) -> None:
    info = await runtime.js.consumer_info(PAPERS, DURABLE)
    info.config.ack_wait = 5
    await runtime.js.add_consumer(PAPERS, config=info.config)


@pytest.mark.parametrize("strikes", [deleted, changed])
def test_it_is_noticed_and_mended(
    start: Start, strikes: Callable[[Runtime], Awaitable[None]]
) -> None:
    system = start(30)
    with Load(system, 15) as load:
        poll_until(lambda: len(load.accepted) > 8, "no load", seconds=120)
        system.on_bus(strikes)
        poll_until(
            lambda: not system.is_ready("indexer"),
            "not noticed",
            seconds=NOTICED_S + strike.SLACK_S,
        )
        mended = system.command("topology", "apply")
        assert mended.returncode == 0, mended.stderr
    poll_until(lambda: system.is_ready("indexer"), "not ready again", seconds=120)
    assert_green(system, load.accepted)
