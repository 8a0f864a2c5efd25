"""Running an ASGI application with manners: a ready line, a clear refusal, a prompt stop."""

import asyncio
import errno
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

import click
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from standalone.upstream.asgi import Receive, Scope, Send

GRACE_S = 1
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class ReachableProtocol(H11Protocol):
    """HTTP whose requests can reach their transport, so that a fault can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Leave the transport in the state that each request is given."""
        self.app_state: dict[str, Any] = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: str) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        click.echo(self._ready, err=True)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address; exit with 2 and one sentence when it cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, since asyncio sets TCP_NODELAY only on sockets whose protocol is.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except (OSError, OverflowError) as error:
        sock.close()
        busy = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        reason = "the port is in use; choose another" if busy else str(error)
        refuse(f"cannot listen on {host}:{port}: {reason}")
    sock.setblocking(False)
    return sock


def refuse(sentence: str) -> NoReturn:
    """End the command with one sentence on stderr and exit code 2."""
    click.echo(f"error: {sentence}", err=True)
    raise SystemExit(2)


async def serve(app: Application, sock: socket.socket, ready: str) -> None:
    """Serve on a listening socket until SIGTERM or SIGINT; say `ready` on stderr once."""
    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn raises them again when it has stopped
        signal.signal(number, signal.SIG_IGN)
    config = uvicorn.Config(
        app,
        http=ReachableProtocol,
        lifespan="off",
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
    )
    await _Server(config, ready).serve(sockets=[sock])
