"""The tiny service as a child process, and what its tests say to the bus."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tiny_service
from buses import connected, log_of
from common import provision
from common.events import PaperAnnounced, PaperMeta
from servers import Nats, free_port, poll_until

PAPER = "arxiv:2401.00001"


class Service:
    """The tiny service as a child."""

    def __init__(self, folder: Path, nats_url: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.environ = {
            "NATS_URL": nats_url,
            "HEALTH_PORT": str(self.port),
            "LOG_FORMAT": "json",
            "SHUTDOWN_GRACE_S": "2",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **environ: str) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, tiny_service.__file__, str(self.folder)],
                env={**os.environ, **self.environ, **environ},
                stderr=log,
            )

    def health(self, path: str) -> tuple[int, Any]:
        try:
            url = f"http://127.0.0.1:{self.port}/health/{path}"
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())
        except OSError:
            return 0, {}

    def becomes_ready(self) -> None:
        poll_until(lambda: self.health("ready")[0] == 200, f"not ready: {self.log()}", seconds=60)

    def log(self) -> list[dict[str, Any]]:
        lines = (self.folder / "log").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def said(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.log() if line["event"] == event]

    def begun(self) -> int:
        file = self.folder / "begun"
        return len(file.read_text().splitlines()) if file.exists() else 0

    def ends(self, seconds: float) -> int:
        assert self.process is not None
        return self.process.wait(seconds)

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@contextmanager
def tiny(folder: Path, nats: Nats, **environ: str) -> Iterator[Service]:
    """The service beside its server, to be started; it ends with the test."""
    folder.mkdir()
    made = Service(folder, nats.url)
    made.environ |= environ
    try:
        yield made
    finally:
        made.stop()


async def _announce(nats: Nats, paper: str) -> None:
    async with connected(nats) as runtime:
        event = PaperAnnounced(paper=paper, version=1, meta=PaperMeta(title="T"))
        assert await runtime.ledger.announce(event, None)


async def apply(nats: Nats, *, user: str = "") -> None:
    async with connected(nats, user=user) as runtime:
        await provision.apply(runtime.nc)


async def subjects(nats: Nats) -> list[str]:
    async with connected(nats) as runtime:
        return [fact.subject for fact in await log_of(runtime)]


def announce(nats: Nats, paper: str = PAPER) -> None:
    asyncio.run(_announce(nats, paper))


def fetched(nats: Nats) -> int:
    return asyncio.run(subjects(nats)).count("paper.fetched")
