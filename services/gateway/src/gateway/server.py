"""uvicorn as a task of the runtime, on a socket that is bound before anything else."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Generator

import uvicorn
from litestar.types import ASGIApp

from common.errors import UsageError
from gateway.hub import Hub

GRACE_S = 10
BACKLOG = 2048
STUCK_S = 60.0
"""A client that takes nothing for so long is cut off by the kernel, and its stream ends."""


class _Server(uvicorn.Server):
    """Signals belong to the runtime, not to uvicorn."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave them alone."""
        yield


def bind(host: str, port: int, *, stuck_s: float = STUCK_S) -> socket.socket:
    """A listening socket; raises UsageError naming the setting."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise UsageError(
                "GATEWAY_PORT",
                f"{port} on {host} is used by another program; stop that or choose another port",
            ) from error
        raise UsageError("GATEWAY_HOST", f"cannot listen on {host}: {error.strerror}") from error
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # connections inherit it from the listener
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(stuck_s * 1000))
    listener.set_inheritable(True)
    return listener


async def serve(app: ASGIApp, listener: socket.socket, hub: Hub, stopping: asyncio.Event) -> None:
    """Serve until ``stopping`` is set; live streams end at once, other requests get 10 s."""
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        backlog=BACKLOG,
        ws="none",
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    stopped = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait((running, stopped), return_when=asyncio.FIRST_COMPLETED)
        hub.close()
        server.should_exit = True
        await running
    finally:
        stopped.cancel()
        listener.close()
