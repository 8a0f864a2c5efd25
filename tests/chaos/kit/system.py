"""The whole system under fire: real servers, all services, a load, and a way to hit each part."""

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPException
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from nats.errors import Error as NatsError

from chaos.kit import allmighty, outside, proxy, strike
from cli import demodata, demowatches, envfile
from cli.history import history
from cli.progress import Counts
from cli.settings import Settings
from cli.system import System as Standing
from common import topology
from common.errors import ServiceError
from common.events import FetchRequested
from common.runtime import Runtime, connect
from common.settings import load
from servers import free_port, poll_until
from standalone import stack as stacks
from standalone.child import Child, Command
from standalone.folder import DataFolder
from standalone.stack import Stack
from standalone.upstream.records import bundled_day, read_day

QUIET_S = 120.0 * strike.PATIENCE
"""Within this time after the fault ends every paper must have come to its end."""
PROXIED = {"nats": "NATS_URL", "s3": "S3_URL", "vectors": "QDRANT_URL", "llm": "OPENAI_BASE_URL"}
TESTS = Path(__file__).resolve().parents[2]
FEED = demodata.REST

stacks.READY_S *= strike.PATIENCE

T = TypeVar("T")


class System:
    """One system in a folder. ``papers`` of the recorded day, chosen by ``seed``, are its load.

    Where rows share a system, each takes some of them: ``ids`` are those of the row, and ``papers``
    is how many must have ended so far.
    """

    def __init__(
        self,
        folder: Path,
        *,
        seed: int,
        papers: int,
        proxied: tuple[str, ...] = (),
        environ: dict[str, str] | None = None,
    ) -> None:
        self.seed = seed
        self.papers = papers
        self.random = random.Random(seed)
        self.folder = folder
        self.said: list[str] = []
        self.is_green = True
        """Whether the last row that used it found nothing wrong."""
        data = DataFolder(folder / "data")
        data.claim()
        proxies = [f"{name}-{end}" for name in proxied for end in ("proxy", "control")]
        extra = ("upstream", "webhook", "smtp", "llm", "page", *proxies)
        self.stack = Stack(data, self.said.append, extra)
        self.ports = self.stack.ports
        self.page = f"http://127.0.0.1:{self.ports['page']}"
        self._proxied = proxied
        self._environ = environ or {}
        self.plan = self._prepared()

    def _prepared(self) -> demodata.Plan:
        records = self.random.sample(list(read_day(bundled_day())), self.papers)
        day = self.folder / "day.jsonl"
        body = "\n".join(json.dumps(_plain(record)) for record in records)
        day.write_text(body + "\n", encoding="utf-8")
        outside.poison(self.random, [record.id for record in records], self.folder)
        outside.script(self.folder, outside.refusals(self.random, self.papers))
        found = demodata.plan(self.stack.data.path, day)
        feeds_dir = self.stack.data.sub("feeds")
        (feeds_dir / f"{FEED}.toml").write_text('kind = "arxiv"\ncategories = ["*"]\n')
        self.ids = [record.id for record in records]
        self._left, self._all = list(self.ids), len(records)
        return found

    def take(self, count: int) -> bool:
        """Go on with ``count`` papers that were not asked for yet; False when too few are left."""
        if len(self._left) < count:
            return False
        self.ids, self._left = self._left[:count], self._left[count:]
        self.papers = self._all - len(self._left)
        return True

    def environment(self) -> dict[str, str]:
        """What the services are told."""
        base = demodata.environment(self.stack, self.plan)
        return {
            **base,
            "GATEWAY_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.ports["page"]),
            "PUBLIC_URL": self.page,
            "EMBEDDING_KIND": "static",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{self.ports['llm']}/v1",
            "OPENAI_API_KEY": "scripted",
            "SUMMARY_MODEL": "scripted",
            "SUMMARY_PRICE_INPUT_USD_PER_MTOK": "1",
            "SUMMARY_PRICE_OUTPUT_USD_PER_MTOK": "2",
            "ARXIV_STOP_S": "0.5",
            "DOWNLOAD_TIMEOUT_S": "3",
            "NOTIFY_RETRY_BASE_S": "1",
            "NOTIFY_SWEEP_S": "1",
            **{
                name: self._through(part, name)
                for part, name in PROXIED.items()
                if part in self._proxied
            },
            **self._environ,
        }

    def _through(self, part: str, name: str) -> str:
        port = self.ports[f"{part}-proxy"]
        direct = self.stack.environ.get(name, f"http://127.0.0.1:{self.ports['llm']}/v1")
        return direct.replace(f":{self.ports[part]}", f":{port}")

    def start(self) -> None:
        """Servers, topology, services; raises when one does not get ready."""
        more = outside.servers(self.stack, self.plan, self.folder)
        self.stack.start_servers(*more, *map(self._proxy, self._proxied))
        self._admit()
        self.stack.start_services(self.environment())
        self.note_addresses()
        standing = Standing(self.stack, {}, self.page)
        asyncio.run(demowatches.ensure(standing))

    def _admit(self) -> None:
        """Faults are done on the bus by a user of their own."""
        self._seed = str(allmighty.admit(self.stack.data.path))
        strike.send(self.pid("nats"), signal.SIGHUP)

    def note_addresses(self) -> None:
        """Let the operator's command find this system, past the proxies."""
        health = ",".join(
            f"{name}=http://127.0.0.1:{self.ports[f'{name}-health']}/health/ready"
            for name in ("fetcher", "indexer", "summarizer", "gateway", "notifier")
        )
        known = {**self.environment(), **self.stack.environ}
        known |= {"GATEWAY_URL": self.page, "GATEWAY_HEALTH_URLS": health}
        envfile.write(self.stack.data.path, known)

    def _proxy(self, part: str) -> Command:
        control = self.ports[f"{part}-control"]
        options = {"listen": self.ports[f"{part}-proxy"], "target": self.ports[part]}
        options |= {"control": control, "seed": self.seed}
        flags = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        return Command(
            name=f"{part}-proxy",
            argv=[sys.executable, "-m", "chaos.kit.proxy", *flags],
            log=self.stack.data.sub("logs") / f"{part}-proxy.log",
            is_ready=lambda: _can(lambda: proxy.tell(control)),
            environ={"PYTHONPATH": str(TESTS)},
        )

    def spoil(self, part: str, **order: Any) -> dict[str, int]:
        """Give an order to the proxy before ``part``."""
        return proxy.tell(self.ports[f"{part}-control"], **order)

    def stop(self) -> None:
        for child in self.stack.children:
            strike.send(child.pid, signal.SIGCONT)
        self.stack.stop()

    def replica(self, service: str) -> str:
        """A second process of a service; its name among the children."""
        name = f"{service}-2"
        log = self.stack.data.sub("logs") / f"{name}.log"
        port = free_port()
        command = self.child(service).command
        url = f"http://127.0.0.1:{port}/health/ready"
        self.ports[f"{name}-health"] = port
        self.stack.start(
            replace(
                command,
                name=name,
                log=log,
                is_ready=lambda: self.status(url) == 200,
                environ={**command.environ, "HEALTH_PORT": str(port)},
            )
        )
        return name

    def dismiss(self, name: str) -> None:
        """The end of a replica."""
        child = self.child(name)
        child.stop()
        self.stack.children.remove(child)

    def child(self, name: str) -> Child:
        return next(c for c in self.stack.children if c.command.name == name)

    def pid(self, name: str) -> int:
        """Its process id, waiting for one that is just being started again."""
        poll_until(lambda: self.child(name).pid is not None, f"{name} does not run")
        pid = self.child(name).pid
        assert pid is not None
        return pid

    def down(self, name: str) -> None:
        """Kill a child and keep it down until ``up``."""
        child = self.child(name)
        child._stopping.set()
        strike.kill(child.pid)
        child.stop()

    def up(self, name: str) -> None:
        """Start a child that was taken down, with the command it had."""
        child = self.child(name)
        self.stack.children.remove(child)
        self.stack.start(child.command)

    def again(self, name: str, **environ: str) -> None:
        """Start a child anew with these variables on top of what it has."""
        child = self.child(name)
        child.stop()
        self.stack.children.remove(child)
        command = child.command
        self.stack.start(replace(command, environ={**command.environ, **environ}))

    def is_ready(self, service: str) -> bool:
        url = f"http://127.0.0.1:{self.ports[f'{service}-health']}/health/ready"
        return self.status(url) == 200

    def status(self, url: str, seconds: float = 5) -> int:
        """Status of a GET; 0 when nothing answers."""
        try:
            with urllib.request.urlopen(url, timeout=seconds) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def metric(self, service: str, pattern: str) -> float:
        """Sum of the samples of a service whose line starts with ``pattern``."""
        url = f"http://127.0.0.1:{self.ports[f'{service}-health']}/metrics"
        with urllib.request.urlopen(url, timeout=60) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(pattern))

    def on_bus(self, use: Callable[[Runtime], Awaitable[T]]) -> T:
        """Run ``use`` with a connection of its own, past the proxies."""
        known = envfile.read(self.stack.data.path) | {"NATS_NKEY_SEED_FILE": self._seed}
        settings = load(Settings, known)

        async def used() -> T:
            async with connect("audit", settings) as runtime:
                return await use(runtime)

        return asyncio.run(used())

    def load(self) -> None:
        """Ask for all papers, as often as it takes to be heard."""
        wanted = {"since": self.plan.day_name}
        url = f"{self.page}/api/v1/feeds/{FEED}/run"
        poll_until(
            lambda: _can(lambda: outside.ask(url, "POST", wanted)),
            "no one takes a request",
            seconds=60,
        )

    def load_quietly(self) -> None:
        """Ask for all papers on the bus itself."""
        self.on_bus(lambda r: r.bus.request(FetchRequested(feed=FEED, since=self.plan.day_name)))

    def counts(self) -> Counts:
        """How far the papers have come; nothing while the bus is away."""

        async def read(runtime: Runtime) -> Counts:
            progress, _ = await history(runtime)
            return progress.counts()

        async def hasty(runtime: Runtime) -> Counts:
            return await asyncio.wait_for(read(runtime), 30)

        try:
            return self.on_bus(hasty)
        except (NatsError, ServiceError, TimeoutError):
            return Counts()

    def reach(self, check: Callable[[Counts], bool], what: str, seconds: float = 120) -> Counts:
        """Wait until the counts are as wanted."""
        until = time.monotonic() + seconds
        counts = self.counts()
        while not check(counts):
            if time.monotonic() > until:
                raise TimeoutError(f"{what}: {counts}\n{self.logs()}")
            time.sleep(0.3)
            counts = self.counts()
        return counts

    def settle(self, seconds: float = QUIET_S) -> float:
        """Wait for quiet; how long it took. Raises TimeoutError with what is still going on."""
        began = time.monotonic()
        self.reach(self._all_ended, f"not quiet within {seconds} s", seconds)
        left = max(5.0, seconds - (time.monotonic() - began))
        poll_until(lambda: not self.waiting(), "some durable is not through", seconds=left)
        return time.monotonic() - began

    def _all_ended(self, counts: Counts) -> bool:
        return counts.announced >= self.papers and counts.announced == counts.ended

    def waiting(self) -> dict[str, int]:
        """Durables with messages that are not settled."""

        async def read(runtime: Runtime) -> dict[str, int]:
            found = {}
            for consumer in topology.CONSUMERS:
                one = await runtime.js.consumer_info(consumer.stream, consumer.durable)
                left = (one.num_pending or 0) + (one.num_ack_pending or 0)
                if left:
                    found[one.name] = left
            return found

        try:
            return self.on_bus(read)
        except (NatsError, ServiceError, TimeoutError) as error:
            return {repr(error): 1}

    def command(
        self, *args: str, seconds: float = 120.0 * strike.PATIENCE
    ) -> subprocess.CompletedProcess[str]:
        """Run the operator's command against this system."""
        return subprocess.run(
            [sys.executable, "-m", "cli", "--data", str(self.stack.data.path), *args],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def logs(self, lines: int = 4) -> str:
        """The ends of all logs."""
        ends = [(c.command.name, c.log_tail().splitlines()[-lines:]) for c in self.stack.children]
        return "\n".join(f"{name}: {line}" for name, tail in ends for line in tail)


@contextmanager
def running(
    folder: Path, *, before: Callable[[System], None] | None = None, **how: Any
) -> Iterator[System]:
    """A system that is up inside the block; ``before`` prepares its folder."""
    system = System(folder, **how)
    if before is not None:
        before(system)
    print(f"\nseed {system.seed}, {system.papers} papers")
    try:
        system.start()
        yield system
    finally:
        system.stop()


def _plain(record: Any) -> Any:

    return msgspec.to_builtins(record)


def _can(do: Callable[[], Any]) -> bool:
    try:
        do()
    except (OSError, ValueError, HTTPException):
        return False
    return True
