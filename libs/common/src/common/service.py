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

from common import (
    aftercare,
    connection,
    logs,
    metrics,
    readiness,
    reporting,
    stateversion,
    telemetry,
)
from common import broker as brokers
from common.beside import beside
from common.errors import ServiceError, Terminal
from common.handlers import Handlers
from common.health import Health, HealthServer
from common.runtime import RunnableSettings, Runtime, connect
from common.stopping import Stop
from common.taking import Taking
from common.verify import verified
from common.version import VERSION

__all__ = ["Runtime", "Wire", "Wired", "connect", "run"]

log = structlog.get_logger("paperbus")

BEAT_EVERY_S = 1.0
EXIT_FAILED = 1
CLOSE_S = 2.0

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
    stop_reporting = reporting.start(service, settings.runtime.reporting)
    try:
        return uvloop.run(_Service(service, settings, wire, consumes=consumes).main())
    except ServiceError as error:
        log.error("cannot_run", error=str(error))
        return EXIT_FAILED
    finally:
        stop_reporting()
        if tracing is not None:
            tracing.shutdown()


class _Service(Generic[S]):
    def __init__(self, service: str, settings: S, wire: Wire[S], *, consumes: bool) -> None:
        self._service = service
        self._broker = brokers.taking if consumes else connection.Plain
        self._settings = settings
        self._wire = wire
        self._health = Health(service)
        self._stop = Stop(settings.runtime.shutdown_grace_s)
        self._stopping = self._stop.asked
        self._failed = False

    async def main(self) -> int:
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, self._stop.ask)
        server = self._health_server()
        server.start()
        log.info("starting", version=VERSION, health_port=server.port)
        beat = asyncio.create_task(self._beat())
        closed = connection.exit_when_closed(self._stopping.is_set)
        broker = self._broker(self._settings.bus, self._service, closed_cb=closed)
        try:
            await self._stop.until_done(asyncio.create_task(self._connected(broker)))
        finally:
            beat.cancel()
            server.stop()
        log.info("stopped")
        return EXIT_FAILED if self._failed else 0

    def _health_server(self) -> HealthServer:
        chosen = self._settings.runtime
        try:
            return HealthServer(
                self._health, chosen.health_host, chosen.health_port, key=chosen.metrics_key
            )
        except OSError as error:
            raise Terminal(
                f"cannot listen on {chosen.health_host}:{chosen.health_port}: {error.strerror}; "
                "set HEALTH_PORT to a free port"
            ) from error

    async def _connected(self, broker: brokers.Broker) -> None:
        runtime = Runtime(self._service, await self._first_connection(broker))
        runtime.stopping = self._stopping
        try:
            await verified(runtime, asyncio.sleep)
            await stateversion.matched(runtime, self._health.report, asyncio.sleep)
            async with (
                beside(runtime, self._settings),
                self._wire(runtime, self._settings) as wired,
            ):
                await self._working(broker, runtime, wired)
        finally:
            self._stopping.set()
            with suppress(OSError, NatsError, TimeoutError):  # the server may be gone by now
                await asyncio.wait_for(broker.stop(), CLOSE_S)

    async def _first_connection(self, broker: brokers.Broker) -> Client:
        """Wait for the bus as long as it takes: a service may start before it."""
        self._health.report("nats: not connected")
        while True:
            try:
                return await brokers.connect(broker)
            except (OSError, TimeoutError, NatsError) as error:
                log.warning("waiting", on="nats", error=str(error) or repr(error))
                await asyncio.sleep(1.0)

    async def _working(self, broker: brokers.Broker, runtime: Runtime, wired: Wired) -> None:
        chosen = self._settings.runtime
        taking = Taking(runtime, wired.handlers, workers=chosen.workers)
        await taking.start(broker)
        self._stop.started()
        self._health.report()
        log.info("ready")
        looks = (lambda: readiness.watch(runtime, self._health), taking.look)
        watches = [asyncio.create_task(self._guarded(look)) for look in looks]
        chores = (*wired.tasks, *aftercare.tasks(runtime, chosen))
        tasks = [asyncio.create_task(self._guarded(task)) for task in chores]
        await self._stopping.wait()
        log.info("stopping")
        self._health.report("stopping")
        for watch in watches:
            watch.cancel()
        await taking.stop(broker, self._stop)
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._stop.left_s)
            for task in late:
                task.cancel()

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
            self._health.beat(BEAT_EVERY_S)
            await asyncio.sleep(BEAT_EVERY_S)
