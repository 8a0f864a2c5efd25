"""Free ports on loopback, kept from one start to the next while they stay free.

They lie below the range out of which the kernel takes the near end of outgoing connections:
a connection of some other process can then not take the port of a server that starts again.
Between choosing and listening a port is held by nobody, so each process chooses out of blocks
of ports that are its own while it lives.
"""

import fcntl
import json
import os
import random
import socket
import tempfile
import threading
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]

LOWEST = 11_000
BLOCK = 128
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
    found = _own(outgoing).take(count)
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


class _Own:
    """The ports of this process, each given once; blocks are locked in a file all share."""

    def __init__(self, outgoing: Path) -> None:
        self._outgoing = outgoing
        self._guard = threading.Lock()
        self._coming = self._below()

    def take(self, count: int) -> list[int]:
        """So many free ports, or fewer when there are no more."""
        with self._guard:
            return list(islice(self._coming, count))

    def _below(self) -> Iterator[int]:
        """Free ports below the kernel's; none where it does not tell."""
        try:
            end = int(self._outgoing.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        blocks = list(range(LOWEST, end, BLOCK))
        random.SystemRandom().shuffle(blocks)
        for start in filter(_claim, blocks):
            yield from filter(is_free, range(start, min(start + BLOCK, end)))


_own = cache(_Own)


@cache
def _locks() -> int:
    """Descriptor of the file of locks; it stays open, as closing it would let go of them all."""
    path = Path(tempfile.gettempdir()) / f"paperbus-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _claim(block: int) -> bool:
    """Whether no other process has the block; where no file can be locked nobody knows."""
    try:
        locks = _locks()
    except OSError:
        return True
    try:
        fcntl.lockf(locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, block)
    except OSError:
        return False
    return True


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
