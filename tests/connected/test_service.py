"""The life of a service as its own process, on a real nats-server."""

import asyncio
import signal
import socket
from pathlib import Path

import pytest

from buses import connected
from common import topology
from servers import Nats, poll_until
from tiny_running import PAPER, Service, announce, apply, fetched, subjects, tiny

pytestmark = pytest.mark.connected

DURABLE = "fetcher-paper-announced"


def test_it_gets_ready_works_and_stops_at_once(nats: Nats, service: Service) -> None:
    service.start()
    service.becomes_ready()
    announce(nats)
    poll_until(lambda: fetched(nats) == 1, "no fact")
    service.signal(signal.SIGTERM)
    assert service.ends(20) == 0
    assert [line["event"] for line in service.log()][-1] == "stopped"
    (done,) = service.said("done")
    assert (done["paper"], done["on"], done["service"]) == (PAPER, "paper.announced", "fetcher")
    assert len(done["trace_id"]) == 32 if "trace_id" in done else True


def test_one_that_takes_nothing_lives_without_the_framework(nats: Nats, service: Service) -> None:
    (service.folder / "plain").touch()
    service.start()
    service.becomes_ready()
    announce(nats)
    service.signal(signal.SIGTERM)
    assert service.ends(20) == 0
    assert fetched(nats) == 0
    assert service.log()[-1]["event"] == "stopped"


def test_a_stop_gives_back_what_is_in_work(nats: Nats, service: Service) -> None:
    (service.folder / "wait").touch()
    service.start()
    service.becomes_ready()
    announce(nats)
    poll_until(lambda: service.begun() == 1, "not begun")
    service.signal(signal.SIGTERM)
    assert service.ends(20) == 0
    (service.folder / "wait").unlink()
    service.start()
    poll_until(lambda: fetched(nats) == 1, "no fact after the restart", seconds=45)
    assert service.begun() == 2


async def _acknowledge_within(nats: Nats, seconds: float) -> None:
    async with connected(nats) as runtime:
        config = (await runtime.js.consumer_info("PAPERS", DURABLE)).config
        config.ack_wait = seconds
        await runtime.js.add_consumer("PAPERS", config)


async def _comes_back(nats: Nats) -> bool:
    """Whether what a dead worker had in hand is given out once more."""
    async with connected(nats) as runtime:
        durable = await runtime.js.pull_subscribe_bind(durable=DURABLE, stream="PAPERS")
        (message,) = await durable.fetch(1, timeout=20)
        await message.nak()
        await runtime.nc.flush()
        return message.metadata.num_delivered == 2


def test_a_killed_worker_leaves_one_effect(nats: Nats, service: Service) -> None:
    """The message comes back once its time to be acknowledged is over."""
    (service.folder / "wait").touch()
    service.start()
    service.becomes_ready()
    announce(nats)
    poll_until(lambda: service.begun() == 1, "not begun")
    service.signal(signal.SIGKILL)
    service.ends(20)
    asyncio.run(_acknowledge_within(nats, 1))
    assert asyncio.run(_comes_back(nats))
    asyncio.run(_acknowledge_within(nats, topology.ACK_WAIT_S))
    (service.folder / "wait").unlink()
    service.start()
    poll_until(lambda: fetched(nats) == 1, "no fact after the kill", seconds=60)
    assert service.begun() == 2
    assert sorted(asyncio.run(subjects(nats))).count("paper.fetched") == 1


async def _delete_durable(nats: Nats) -> None:
    async with connected(nats) as runtime:
        await runtime.js.delete_consumer("PAPERS", DURABLE)


def test_without_its_durable_it_is_not_ready_and_ends(nats: Nats, service: Service) -> None:
    service.start()
    service.becomes_ready()
    asyncio.run(_delete_durable(nats))
    poll_until(lambda: service.health("ready")[0] != 200, "still ready")
    code, body = service.health("ready")
    if code:
        assert DURABLE in str(body["problems"])
    assert service.ends(30) == 1
    assert "topology apply" in service.said("task_failed")[0]["error"]


def test_it_waits_for_a_topology_that_comes_later(empty_nats: Nats, tmp_path: Path) -> None:
    with tiny(tmp_path / "service", empty_nats) as service:
        service.start()
        poll_until(lambda: service.health("live")[0] == 200, "not live")
        assert service.health("ready")[0] == 503
        asyncio.run(apply(empty_nats))
        service.becomes_ready()


def test_it_waits_for_a_bus_that_comes_later(nats: Nats, service: Service) -> None:
    nats.kill()
    service.start()
    missing = {"problems": ["nats: not connected"]}
    poll_until(lambda: missing.items() <= service.health("ready")[1].items(), "does not say why")
    assert service.health("ready")[0] == 503
    assert service.health("live")[0] == 200
    nats.start()
    service.becomes_ready()


def test_it_can_be_stopped_while_it_waits_for_the_bus(nats: Nats, service: Service) -> None:
    nats.kill()
    service.start()
    poll_until(lambda: service.health("ready")[0] == 503, "no answer")
    service.signal(signal.SIGTERM)
    assert service.ends(20) == 0


def test_it_can_be_stopped_while_the_bus_is_gone(nats: Nats, service: Service) -> None:
    service.start()
    service.becomes_ready()
    nats.kill()
    service.signal(signal.SIGINT)
    assert service.ends(20) == 0


def test_a_busy_port_is_said_in_one_line(nats: Nats, service: Service) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        service.start(HEALTH_PORT=str(port))
        assert service.ends(60) == 1
    (line,) = service.log()
    assert line["event"] == "cannot_run"
    assert f"127.0.0.1:{port}" in line["error"]
    assert "HEALTH_PORT" in line["error"]


def test_a_task_with_a_bug_ends_the_service(nats: Nats, service: Service) -> None:
    (service.folder / "task").touch()
    service.start()
    service.becomes_ready()
    (service.folder / "break").touch()
    assert service.ends(60) == 1
    (failed,) = service.said("task_failed")
    assert "ZeroDivisionError" in failed["exception"]
