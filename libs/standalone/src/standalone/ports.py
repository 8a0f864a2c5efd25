"""Free ports on loopback, kept from one start to the next while they stay free.

They lie below the range out of which the kernel takes the near end of outgoing connections:
a connection of some other process can then not take the port of a server that starts again.
"""

import json
import random
import socket
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]

LOWEST = 11_000
OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A free port."""
    return free_ports(1)[0]


def free_ports(count: int, outgoing: Path = OUTGOING) -> list[int]:
    """So many different free ports; ``outgoing`` names the kernel's range of its own."""
    found = list(islice(_below(outgoing), count))
    return found if len(found) == count else _any(count)


def choose(names: Iterable[str], kept: Path) -> dict[str, int]:
    """A free port for each name; those in the file ``kept`` are taken again when they can be."""
    chosen: dict[str, int] = {}
    known = _known(kept)
    for name in names:
        port = known.get(name)
        while port is None or port in chosen.values() or not is_free(port):
            port = free_port()
        chosen[name] = port
    kept.write_text(json.dumps(chosen, indent=1))
    return chosen


def _below(outgoing: Path) -> Iterator[int]:
    """Free ports below the kernel's, from a place by chance on; none where it does not tell."""
    try:
        end = int(outgoing.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return
    ports = range(LOWEST, end)
    start = random.SystemRandom().randrange(len(ports)) if ports else 0
    yield from filter(is_free, (*ports[start:], *ports[:start]))


def _any(count: int) -> list[int]:
    """Free ports as the kernel gives them."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def _known(kept: Path) -> dict[str, int]:
    try:
        return msgspec.json.decode(kept.read_bytes(), type=dict[str, Port])
    except (OSError, msgspec.DecodeError):
        return {}
