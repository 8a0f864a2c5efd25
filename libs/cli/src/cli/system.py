"""Starts a whole system for ``up`` and ``demo``, says what happens, and stops it cleanly."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
import msgspec

from cli import envfile
from common import topology
from common.errors import UsageError
from common.settings import environment
from standalone.child import Command
from standalone.folder import DataFolder
from standalone.ports import free_port, is_free
from standalone.stack import Stack

DEFAULT_PORT = 8080
STOPS = (signal.SIGTERM, signal.SIGINT)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a person chose."""

    data: Path
    host: str
    port: int | None


def say(text: str) -> None:
    """One line to the person who watches."""
    click.echo(text, err=True)


def page_port(options: Options) -> int:
    """The port of the page: the one asked for, else 8080, else a free one.

    Raises UsageError when the one asked for is busy.
    """
    host = options.host if options.host not in ("0.0.0.0", "::") else "127.0.0.1"
    if options.port is not None:
        if not is_free(options.port, host):
            raise UsageError("--port", f"{options.port} is in use; name another one")
        return options.port
    if is_free(DEFAULT_PORT, host):
        return DEFAULT_PORT
    other = free_port()
    say(f"port {DEFAULT_PORT} is in use; the page is on port {other}")
    return other


@contextmanager
def running(
    options: Options, environ: dict[str, str], *, extra: tuple[str, ...] = ()
) -> Iterator["System"]:
    """A system that is up inside the block; Ctrl-C and SIGTERM raise KeyboardInterrupt."""
    data = DataFolder(options.data)
    data.claim()
    port = page_port(options)
    stack = Stack(data, say, extra)
    system = System(stack, environ, f"http://{_shown(options.host)}:{port}")
    environ |= {"GATEWAY_HOST": options.host, "GATEWAY_PORT": str(port)}
    own = {"PUBLIC_URL": system.page, "BACKUP_TARGET": str(data.path / "backups")}
    environ |= {name: environ.get(name) or environment().get(name) or own[name] for name in own}
    # Set even for SIGINT: a shell starts background jobs with it ignored.
    previous = {number: signal.signal(number, _interrupt) for number in STOPS}
    try:
        yield system
    except KeyboardInterrupt:
        say("")
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        say("stopping …")
        stack.stop()
        say("stopped")


def _interrupt(signum: int, frame: FrameType | None) -> None:
    del signum, frame
    raise KeyboardInterrupt


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "localhost") else host


class System:
    """Servers and services of one data folder."""

    def __init__(self, stack: Stack, environ: dict[str, str], page: str) -> None:
        self.stack = stack
        self.page = page
        self.environ = environ
        self._began = time.monotonic()

    def start(self, *more: Command) -> None:
        """Start everything; more servers may be named that only a demo has."""
        say("starting servers and services …")
        began = time.monotonic()
        self.stack.start_servers(*more)
        servers_s = time.monotonic() - began
        began = time.monotonic()
        self.stack.start_services(self.environ)
        services_s = time.monotonic() - began
        addresses = self._addresses()
        self.stack.start_operator(addresses)
        path = envfile.write(self.stack.data.path, addresses)
        total_s = time.monotonic() - self._began
        say(
            f"up in {total_s:.1f} s (servers {servers_s:.1f} s, services {services_s:.1f} s); "
            f"addresses in {path}"
        )

    def _addresses(self) -> dict[str, str]:
        ports = self.stack.ports
        health = ",".join(
            f"{name}=http://127.0.0.1:{ports[f'{name}-health']}/health/ready"
            for name in topology.WORKERS
        )
        return {
            **self.stack.environ,
            **self.environ,
            "GATEWAY_URL": self.page,
            "GATEWAY_HEALTH_URLS": health,
        }

    def stay(self) -> None:
        """Wait for Ctrl-C."""
        threading.Event().wait()


def is_terminal() -> bool:
    """Whether a person looks at stdout."""
    return sys.stdout.isatty()
