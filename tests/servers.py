"""Real servers for tests, started on free ports and ended with the test."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from common import buskeys, natsconf
from common.secret import Secret
from common.settings import BusSettings, ObjectsSettings
from standalone import ports, servers
from standalone.folder import DataFolder

NATS_CONF = """
listen: "127.0.0.1:{port}"
http: "127.0.0.1:{monitor}"
max_payload: 1MB
jetstream {{ store_dir: "{store}", sync_interval: always, max_file_store: 20GB, strict: true }}
"""


def free_port() -> int:
    return ports.free_port()


def wait_for_port(port: int, *, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.5):
            return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on {port}")


def poll_until(check: Callable[[], bool], what: str, *, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not check():  # looked at before the clock: this process may have stood still itself
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(0.05)


class Nats:
    """A nats-server that can be killed and started again on the same data."""

    def __init__(self, folder: Path, *, secured: bool = False, durable: bool = True) -> None:
        self.folder = folder
        self.keys = folder / "keys"
        self.store = folder / "js"
        self.port, self.monitor = ports.free_ports(2)
        self.url = f"nats://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        self._conf = folder / "nats.conf"
        self._conf.write_text(
            NATS_CONF.format(port=self.port, monitor=self.monitor, store=self.store)
        )
        if not durable:
            self._conf.write_text(self._conf.read_text().replace("sync_interval: always,", ""))
        if secured:
            with self._conf.open("a") as conf:
                conf.write(natsconf.users(buskeys.make(self.keys)))
        self._process: subprocess.Popen[bytes] | None = None

    def settings(self, user: str = "") -> BusSettings:
        """How it is reached; by its key, if the server is secured and ``user`` given."""
        seed = str(buskeys.seed_file(self.keys, user)) if user else ""
        return BusSettings(nats_url=self.url, nats_nkey_seed_file=seed)

    def start(self) -> None:
        binary = shutil.which("nats-server", path=str(Path(sys.executable).parent))
        assert binary is not None
        self._process = subprocess.Popen(
            [binary, "-c", str(self._conf)],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "nats.log").open("ab"),
        )
        wait_for_port(self.port)

    def pause(self) -> None:
        """Stop the process where it stands; its connections stay open and silent.

        It stands when this returns: on a busy machine its threads go on for a while else.
        """
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)

    def resume(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.resume()
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()


@contextlib.contextmanager
def nats_server(
    folder: Path, *, secured: bool = False, durable: bool = True, store: Path | None = None
) -> Iterator[Nats]:
    """A server open to all, or with the users and rights of a real one; begins with ``store``.

    One that is not ``durable`` syncs now and then, as is advised for a restore.
    """
    server = Nats(folder, secured=secured, durable=durable)
    if store is not None:
        shutil.copytree(store, server.store)
    server.start()
    try:
        yield server
    finally:
        server.kill()  # an orderly end takes longer, and nobody reads what it leaves


@contextlib.contextmanager
def s3_server(folder: Path) -> Iterator[ObjectsSettings]:
    """SeaweedFS as the standalone system runs it; its settings, with an empty bucket to make."""
    data = DataFolder(folder)
    chosen = dict(zip(servers.PORT_NAMES, ports.free_ports(len(servers.PORT_NAMES)), strict=True))
    command = servers.s3(data, chosen)
    with command.log.open("ab") as log:
        process = subprocess.Popen(command.argv, stdout=log, stderr=log)
    try:
        poll_until(command.is_ready, f"weed did not start; see {command.log}")
        yield ObjectsSettings(
            s3_url=f"http://127.0.0.1:{chosen['s3']}",
            s3_access_key=Secret(servers.S3_USER),
            s3_secret_key=Secret(data.secret("s3")),
        )
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def vectors_server(folder: Path) -> Iterator[str]:
    """The standalone vector server on a port that it takes itself; its address."""
    command = [sys.executable, "-m", "standalone.vectors", "--port", "0"]
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "vectors.log"
    with said.open("wb") as log:
        process = subprocess.Popen([*command, "--data", str(folder)], stdout=log, stderr=log)
    try:
        poll_until(lambda: b"ready on http" in said.read_bytes(), f"no vector server; see {said}")
        yield said.read_text().partition("ready on ")[2].partition(",")[0]
    finally:
        process.kill()
        process.wait()
