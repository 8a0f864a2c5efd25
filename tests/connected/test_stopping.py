"""SIGTERM at any moment, on a real nats-server: quick, and nothing that was in hand is lost."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from buses import connected
from common.stopping import EXIT_LATE
from servers import Nats, poll_until
from tiny_running import Service, announce, fetched, tiny

pytestmark = pytest.mark.connected

DURABLE = "fetcher-paper-announced"
LIMIT_S = 29
"""Every service ends sooner, whatever it does; the time to acknowledge is longer."""


@pytest.fixture
def other(tmp_path: Path, nats: Nats) -> Iterator[Service]:
    with tiny(tmp_path / "other", nats) as made:
        yield made


def works_on_it(service: Service, nats: Nats) -> None:
    """One message in hand that takes as long as it likes."""
    (service.folder / "wait").touch()
    service.start()
    service.becomes_ready()
    announce(nats)
    poll_until(lambda: service.begun() == 1, "not begun")


async def _delivered(nats: Nats) -> int:
    async with connected(nats) as runtime:
        info = await runtime.js.consumer_info("PAPERS", DURABLE)
        assert info.delivered is not None
        return int(info.delivered.consumer_seq)


async def _given_back(nats: Nats) -> bool:
    """Whether somebody else gets it now, long before its time to be acknowledged is over."""
    async with connected(nats) as runtime:
        durable = await runtime.js.pull_subscribe_bind(durable=DURABLE, stream="PAPERS")
        (message,) = await durable.fetch(1, timeout=5)
        await message.ack_sync()
        return message.metadata.num_delivered == 2


def test_work_that_outlasts_the_grace_goes_to_another_at_once(
    nats: Nats, service: Service, other: Service
) -> None:
    works_on_it(service, nats)
    other.start()
    other.becomes_ready()
    service.signal(signal.SIGTERM)
    assert service.ends(LIMIT_S) == 0
    poll_until(lambda: fetched(nats) == 1, "the other one did not get it", seconds=15)
    assert (service.begun(), other.begun()) == (1, 1)


def test_a_backlog_does_not_bounce_off_a_service_that_stops(nats: Nats, service: Service) -> None:
    works_on_it(service, nats)
    service.signal(signal.SIGTERM)
    poll_until(lambda: bool(service.said("stopping")), "does not stop")
    for number in range(20):
        announce(nats, f"arxiv:2402.{number:05d}")
    assert service.ends(LIMIT_S) == 0
    assert asyncio.run(_delivered(nats)) <= 2, "what waits was given out and back"
    assert service.begun() == 1


def test_a_second_signal_hurries_it(nats: Nats, service: Service) -> None:
    service.environ["SHUTDOWN_GRACE_S"] = "60"
    works_on_it(service, nats)
    service.signal(signal.SIGTERM)
    poll_until(lambda: bool(service.said("stopping")), "does not stop")
    service.signal(signal.SIGTERM)
    assert service.ends(LIMIT_S) == 0
    assert asyncio.run(_given_back(nats))


def test_a_hanging_thread_does_not_keep_it_alive(nats: Nats, service: Service) -> None:
    (service.folder / "stuck").touch()
    service.start()
    service.becomes_ready()
    announce(nats)
    poll_until(lambda: service.begun() == 1, "not begun")
    service.signal(signal.SIGTERM)
    assert service.ends(LIMIT_S) == EXIT_LATE
    assert asyncio.run(_given_back(nats))


def test_it_can_be_stopped_while_it_starts(nats: Nats, service: Service) -> None:
    (service.folder / "slow").touch()
    service.start()
    poll_until(lambda: service.health("live")[0] == 200, "not live")
    service.signal(signal.SIGTERM)
    assert service.ends(LIMIT_S) == 0


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
def test_it_can_be_stopped_while_the_bus_hangs(nats: Nats, service: Service, *, busy: bool) -> None:
    if busy:
        works_on_it(service, nats)
    else:
        service.start()
        service.becomes_ready()
    nats.pause()
    service.signal(signal.SIGTERM)
    assert service.ends(LIMIT_S) in (0, EXIT_LATE)
    nats.resume()
