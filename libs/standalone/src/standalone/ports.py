"""Free ports on loopback, kept from one start to the next while they stay free."""

import json
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """So many different free ports."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def choose(names: Iterable[str], kept: Path) -> dict[str, int]:
    """A free port for each name; those in the file ``kept`` are taken again when they can be."""
    chosen: dict[str, int] = {}
    known = _known(kept)
    for name in names:
        port = known.get(name)
        while port is None or port in chosen.values() or not is_free(port):
            (port,) = free_ports(1)
        chosen[name] = port
    kept.write_text(json.dumps(chosen, indent=1))
    return chosen


def _known(kept: Path) -> dict[str, int]:
    try:
        return msgspec.json.decode(kept.read_bytes(), type=dict[str, Port])
    except (OSError, msgspec.DecodeError):
        return {}
