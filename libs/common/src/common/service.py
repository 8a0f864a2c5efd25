"""The life of a service: start, consume, report health, stop gracefully."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Generic, NamedTuple, TypeVar

import structlog
import uvloop
from nats.aio.client import Client
from nats.errors import Error as NatsError

from common import broker as brokers
from common import connection, logs, metrics, readiness, telemetry
from common.boundary import Boundary
from common.errors import ServiceError, Terminal
from common.handlers import Handlers
from common.health import Health, HealthServer
from common.runtime import RunnableSettings, Runtime, connect
from common.verify import verified
from common.version import VERSION

__all__ = ["Runtime", "Wire", "Wired", "connect", "run"]

log = structlog.get_logger("paperbus")

BEAT_EVERY_S = 1.0
EXIT_FAILED = 1

S = TypeVar("S", bound=RunnableSettings)


class Wired(NamedTuple):
    """What a service's wiring gives to the runtime."""

    handlers: Handlers | None = None
    tasks: tuple[Callable[[], Awaitable[None]], ...] = ()
    """Run beside the handlers until the stop; one that fails ends the service."""


Wire = Callable[[Runtime, S], AbstractAsyncContextManager[Wired]]


def run(service: str, settings: S, wire: Wire[S], *, consumes: bool = True) -> int:
    """Run a service until SIGTERM or SIGINT; the exit code.

    ``consumes``: False for a service without handlers, which then does without the framework.
    """
    logs.configure(service, settings.runtime.log_level, settings.runtime.log_format)
    metrics.BUILD.info({"service": service, "version": VERSION})
    tracing = telemetry.start(service, settings.runtime.otel_exporter_otlp_endpoint)
    try:
        return uvloop.run(_Service(service, settings, wire, consumes=consumes).main())
    except ServiceError as error:
        log.error("cannot_run", error=str(error))
        return EXIT_FAILED
    finally:
        if tracing is not None:
            tracing.shutdown()


class _Service(Generic[S]):
    def __init__(self, service: str, settings: S, wire: Wire[S], *, consumes: bool) -> None:
        self._service = service
        self._broker = brokers.taking if consumes else connection.Plain
        self._settings = settings
        self._wire = wire
        self._health = Health(service)
        self._stopping = asyncio.Event()
        self._boundaries: list[Boundary] = []
        self._failed = False

    async def main(self) -> int:
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._stopping.set)
        server = self._health_server()
        server.start()
        log.info("starting", version=VERSION, health_port=server.port)
        beat = asyncio.create_task(self._beat())
        closed = connection.exit_when_closed(self._stopping.is_set)
        broker = self._broker(self._settings.bus, self._service, closed_cb=closed)
        try:
            await self._connected(broker)
        finally:
            beat.cancel()
            server.stop()
        log.info("stopped")
        return EXIT_FAILED if self._failed else 0

    def _health_server(self) -> HealthServer:
        chosen = self._settings.runtime
        try:
            return HealthServer(self._health, chosen.health_host, chosen.health_port)
        except OSError as error:
            raise Terminal(
                f"cannot listen on {chosen.health_host}:{chosen.health_port}: {error.strerror}; "
                "set HEALTH_PORT to a free port"
            ) from error

    async def _connected(self, broker: brokers.Broker) -> None:
        nc = await self._first_connection(broker)
        if nc is None:
            return
        runtime = Runtime(self._service, nc)
        runtime.stopping = self._stopping
        try:
            await verified(runtime, self._pause)
            if self._stopping.is_set():
                return
            async with self._wire(runtime, self._settings) as wired:
                await self._working(broker, runtime, wired)
        finally:
            self._stopping.set()
            with suppress(OSError, NatsError):  # the server may be gone by now
                await broker.stop()

    async def _first_connection(self, broker: brokers.Broker) -> Client | None:
        """Wait for the bus as long as it takes: a service may start before it."""
        self._health.report("nats: not connected")
        while not self._stopping.is_set():
            connecting = asyncio.create_task(broker.connect())
            stop = asyncio.create_task(self._stopping.wait())
            # The client itself tries for ever, so a stop must not wait for it.
            await asyncio.wait((connecting, stop), return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            if not connecting.done():
                connecting.cancel()
                return None
            try:
                return connecting.result()
            except (OSError, TimeoutError, NatsError) as error:
                log.warning("waiting", on="nats", error=str(error) or repr(error))
                await self._pause(1.0)
        return None

    async def _working(self, broker: brokers.Broker, runtime: Runtime, wired: Wired) -> None:
        self._bind(broker, runtime, wired.handlers)
        await broker.start()
        self._health.report()
        log.info("ready")
        watch = asyncio.create_task(self._guarded(lambda: readiness.watch(runtime, self._health)))
        tasks = [asyncio.create_task(self._guarded(task)) for task in wired.tasks]
        await self._stopping.wait()
        log.info("stopping")
        self._health.report("stopping")
        for boundary in self._boundaries:
            boundary.stopping.set()
        await self._idle()
        watch.cancel()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._settings.runtime.shutdown_grace_s)
            for task in late:
                task.cancel()

    def _bind(self, broker: brokers.Broker, runtime: Runtime, handlers: Handlers | None) -> None:
        chosen = self._settings.runtime.workers
        pairs = []
        for binding in handlers.bindings if handlers else ():
            boundary = Boundary(self._service, binding, runtime.ledger, runtime.js)
            self._boundaries.append(boundary)
            pairs.append((boundary, chosen or binding.workers))
        brokers.bind(broker, pairs)

    async def _idle(self) -> None:
        """Wait until nothing is in work, or the grace is over."""
        until = asyncio.get_running_loop().time() + self._settings.runtime.shutdown_grace_s
        while any(boundary.in_work for boundary in self._boundaries):
            if asyncio.get_running_loop().time() > until:
                log.warning("grace_is_over")
                for boundary in self._boundaries:
                    boundary.give_back()
                return
            await asyncio.sleep(0.05)

    async def _guarded(self, task: Callable[[], Awaitable[None]]) -> None:
        """Whatever a task ends with, the service ends with it and does not go on without."""
        running = asyncio.ensure_future(task())
        try:
            await asyncio.wait((running,))
        finally:
            running.cancel()
        error = running.exception()
        if error is not None:
            bug = None if isinstance(error, (ServiceError, OSError)) else error
            log.error("task_failed", error=str(error) or repr(error), exc_info=bug)
            self._failed = True
        self._stopping.set()

    async def _beat(self) -> None:
        while True:
            self._health.beat()
            await asyncio.sleep(BEAT_EVERY_S)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
