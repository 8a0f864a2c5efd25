"""A whole system on one machine: servers first, then the topology, then the services."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from common import connection, provision, topology
from common.errors import Terminal
from common.settings import BusSettings, load
from standalone import ports as port_files
from standalone import servers, services
from standalone.child import Child, Command
from standalone.folder import DataFolder

READY_S = 60.0

Say = Callable[[str], None]


class Stack:
    """Starts children, keeps them alive, and stops them in order."""

    def __init__(self, data: DataFolder, say: Say, extra_ports: tuple[str, ...] = ()) -> None:
        self.data = data
        self.children: list[Child] = []
        self._say = say
        names = (*servers.PORT_NAMES, *services.PORT_NAMES, *extra_ports)
        self.ports = port_files.choose(names, data.path / "ports.json")
        self.environ = services.environment(data, self.ports)

    def start_servers(self, *more: Command) -> None:
        """Start all servers at once and make the bus match the topology."""
        build = (servers.nats, servers.s3, servers.vectors, servers.receiver)
        self.start(*(make(self.data, self.ports) for make in build), *more)
        asyncio.run(self._apply_topology())

    def start_services(self, environ: Mapping[str, str]) -> None:
        """Start the five services with these settings on top of the common ones."""
        self.start(*self._workers(topology.SERVICES, environ))

    def start_operator(self, environ: Mapping[str, str]) -> None:
        """Start the operator's worker; nobody waits for it, the services do without it."""
        self._begin(*self._workers((topology.OPERATOR,), environ))

    def _workers(self, names: tuple[str, ...], environ: Mapping[str, str]) -> list[Command]:
        everything = {**self.environ, **environ}
        return [services.service(name, self.data, self.ports, everything) for name in names]

    def start(self, *commands: Command) -> None:
        """Start commands together; raises Terminal with the log of one that does not get ready."""
        for child in self._begin(*commands):
            if not child.wait_until_ready(READY_S):
                raise Terminal(
                    f"{child.command.name} did not start; the end of {child.command.log}:\n"
                    + child.log_tail(),
                    reason="start",
                )

    def _begin(self, *commands: Command) -> list[Child]:
        started = [Child(command, self._restarted) for command in commands]
        self.children += started
        for child in started:
            child.start()
        return started

    def stop(self) -> None:
        """Stop services before servers, each group at once."""
        first = [c for c in self.children if c.command.name in topology.WORKERS]
        rest = [c for c in self.children if c not in first]
        for group in (first, rest):
            if group:
                with ThreadPoolExecutor(len(group)) as pool:
                    list(pool.map(Child.stop, group))
        self.data.release()

    def kill(self, name: str) -> None:
        """``kill -9`` one child by name; it is started again. For drills and tests."""
        for child in self.children:
            if child.command.name == name and child.pid is not None:
                os.kill(child.pid, signal.SIGKILL)

    def _restarted(self, name: str, code: int) -> None:
        self._say(f"{name} ended with {code}; starting it again")

    async def _apply_topology(self) -> None:
        bus = load(BusSettings, self.environ)
        async with connection.client(bus, "topology") as nc:
            await provision.apply(nc)
