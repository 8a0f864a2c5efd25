"""``deploy/fleet.toml`` as typed values."""

from functools import cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).parent.parent.parent


class Size(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a container is given and may take; cores and MiB."""

    cpu: float
    cpu_limit: float
    memory: int
    memory_limit: int
    scratch: int = 64
    disk_gib: int = 0


class Task(Size, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something of ours that runs."""

    outbound: tuple[int, ...] = ()
    """Ports it may reach outside."""


class Worker(Task, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One process that takes messages."""

    replicas: int
    max_replicas: int
    lag: int = 0
    """Messages before one replica that make another one worth it; 0 does not scale on messages."""


class Secrets(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How secrets come to be."""

    random: tuple[str, ...]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same for all."""

    stop_grace_s: int
    pids: int
    server_pids: int
    feeds: str


class Fleet(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of the file."""

    images: dict[str, str]
    ports: dict[str, int]
    secrets: Secrets
    workers: dict[str, Worker]
    tasks: Task
    servers: dict[str, Size]
    limits: Limits

    def image_of(self, worker: str) -> str:
        """The image that runs one of ``topology.WORKERS``; the operator's is the command line's."""
        return self.images["paperbus"].format(service=package_of(worker))


def package_of(worker: str) -> str:
    """The package that holds a worker."""
    return "cli" if worker == "operator" else worker


@cache
def load() -> Fleet:
    """The committed file; msgspec names a field that does not fit."""
    return msgspec.toml.decode((ROOT / "deploy" / "fleet.toml").read_bytes(), type=Fleet)
