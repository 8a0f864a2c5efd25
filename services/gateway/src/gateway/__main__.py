"""Starts the gateway, or one of its commands."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from common import service
from common.commands import service_group
from common.runtime import Runtime
from common.service import Wired
from gateway import app, cli, letters, server, stores
from gateway.counted import Counted
from gateway.edge import Edge
from gateway.gate import Gate, gate_of
from gateway.hasty import hasty
from gateway.hub import Hub
from gateway.indexnews import IndexNews, state_of
from gateway.jobs.board import Board
from gateway.jobs.tasks import tasks
from gateway.live import Pace
from gateway.repeats import repeating
from gateway.settings import Settings

SERVICE = "gateway"


def wire(
    listener: socket.socket,
) -> Callable[[Runtime, Settings], AbstractAsyncContextManager[Wired]]:
    """What the runtime runs on a socket that is bound already."""

    @asynccontextmanager
    async def opened(runtime: Runtime, settings: Settings) -> AsyncIterator[Wired]:
        own = settings.gateway
        runtime = hasty(runtime)
        gate: Gate = gate_of(own, metrics_key=settings.runtime.metrics_key)
        hub = Hub(runtime.bus, max_clients=own.gateway_max_streams)
        async with stores.opened(runtime, settings) as wired:
            board = Board(wired.jobs, max_clients=own.gateway_max_streams)
            pace = Pace(own.gateway_stream_minutes * 60.0)
            made = app.create(wired, hub, gate, pace=pace, board=board)
            news = IndexNews(runtime.bus, hub.closing)
            state = state_of(news, hub, wired)
            edge = Counted(Edge(made, gate, lambda app: repeating(app, gate, own.cached, state)))
            yield Wired(
                tasks=(
                    hub.run,
                    news.run,
                    lambda: server.serve(edge, listener, hub, runtime.stopping),
                    lambda: letters.count(wired.letters, runtime.stopping),
                    lambda: wired.readiness.watch(runtime.stopping),
                    lambda: wired.notices.watch(runtime.stopping),
                    *tasks(runtime, wired, board, own),
                )
            )

    return opened


def start(settings: Settings) -> int:
    """Run the service; the exit code. Raises UsageError when the port is taken."""
    listener = server.bind(settings.gateway.gateway_host, settings.gateway.gateway_port)
    return service.run(SERVICE, settings, wire(listener), consumes=False)


main = service_group(SERVICE, Settings, start, "Serves the API, the live stream and the page.")
cli.add_commands(main)

if __name__ == "__main__":
    main()
