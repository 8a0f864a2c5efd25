"""A system of its own on this machine, to restore into: the bus, and the index if there is one."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from cli.settings import CliSettings, Settings
from common.settings import BusSettings, VectorsSettings, load
from standalone import servers
from standalone.child import Command
from standalone.folder import DataFolder
from standalone.stack import Stack

ALWAYS, LATER = "sync_interval: always", "sync_interval: 2m"


@contextmanager
def scratch(settings: Settings, *, index: bool) -> Iterator[Settings]:
    """Empty servers on free ports, and the settings that lead there; nothing is left of them."""
    with TemporaryDirectory(prefix="paperbus-scratch-") as folder:
        stack = Stack(DataFolder(Path(folder)), lambda _: None)
        wanted = (_nats, servers.vectors) if index else (_nats,)
        try:
            stack.start(*(make(stack.data, stack.ports) for make in wanted))
            yield msgspec.structs.replace(
                settings,
                bus=load(BusSettings, stack.environ),
                vectors=load(VectorsSettings, stack.environ),
                cli=_alone(settings.cli),
            )
        finally:
            stack.stop()


@contextmanager
def stores_of(data: Path, settings: Settings) -> Iterator[Settings]:
    """The servers of a data folder without the services, and the settings that lead there.

    Raises UsageError when a system works on the folder.
    """
    folder = DataFolder(data)
    folder.claim()
    stack = Stack(folder, lambda _: None)
    make = (_nats, servers.s3, servers.vectors)
    try:
        stack.start(*(one(folder, stack.ports) for one in make))
        found = load(Settings, {**stack.environ})
        yield msgspec.structs.replace(
            settings,
            bus=found.bus,
            objects=found.objects,
            vectors=found.vectors,
            cli=_alone(settings.cli),
        )
    finally:
        stack.stop()
        os.sync()  # from now on what came back is as lasting as what the services will write


def _nats(data: DataFolder, ports: Mapping[str, int]) -> Command:
    """The bus without a sync for each message: nobody else works with it, and it is much faster."""
    command = servers.nats(data, ports)
    conf = Path(command.argv[-1])
    conf.write_text(conf.read_text().replace(ALWAYS, LATER))
    return command


def _alone(chosen: CliSettings) -> CliSettings:
    return msgspec.structs.replace(chosen, nats_replicas=1)
