"""A bus that is away, or lets nobody in, costs no processor time and is used when it is back."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common.connection import EXIT_BUS_CLOSED
from servers import Nats, poll_until
from tiny_running import Service, announce, fetched, tiny

pytestmark = [pytest.mark.connected, pytest.mark.chaos]

LOOK_S = 4.0
MOST_CPU = 0.2
"""Share of one core while there is nothing to do but wait."""


@pytest.fixture
def service(tmp_path: Path, nats: Nats) -> Iterator[Service]:
    url = nats.url.replace("nats://", "nats://u:right@")
    with tiny(tmp_path / "service", nats, NATS_URL=url) as made:
        yield made


def cpu_s(service: Service) -> float:
    assert service.process is not None
    fields = Path(f"/proc/{service.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def let_in(nats: Nats, password: str) -> None:
    """Start again with another password."""
    nats.kill()
    conf = nats.folder / "nats.conf"
    kept = [line for line in conf.read_text().splitlines() if "authorization" not in line]
    allowed = [f'authorization {{ user: "u", password: "{password}" }}'] if password else []
    conf.write_text("\n".join([*kept, *allowed]))
    nats.start()


@pytest.mark.parametrize(
    ("go", "come_back"),
    [
        (lambda nats: nats.kill(), lambda nats: nats.start()),
        (lambda nats: nats.pause(), lambda nats: nats.resume()),
        (lambda nats: let_in(nats, "wrong"), lambda nats: let_in(nats, "")),
    ],
    ids=["killed", "hung", "not let in"],
)
def test_it_waits_quietly_and_goes_on(
    nats: Nats, service: Service, go: Callable[[Nats], None], come_back: Callable[[Nats], None]
) -> None:
    service.start()
    service.becomes_ready()
    go(nats)
    poll_until(lambda: service.health("ready")[0] == 503, "still ready", seconds=40)
    began, used = time.monotonic(), cpu_s(service)
    time.sleep(LOOK_S)
    share = (cpu_s(service) - used) / (time.monotonic() - began)
    come_back(nats)
    assert share < MOST_CPU
    assert service.process is not None
    if service.process.poll() is not None:
        assert service.process.returncode == EXIT_BUS_CLOSED, "it may only end to be started anew"
        service.start()
    service.becomes_ready()
    announce(nats)
    poll_until(lambda: fetched(nats) == 1, "takes nothing any more", seconds=40)
