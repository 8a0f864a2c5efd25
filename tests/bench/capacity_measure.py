"""Measures unit costs on a demo that is at work: ``capacity_measure.py DATA``, 100 papers in."""

import asyncio
import os
import sys
import tempfile
import time
import urllib.request
from collections import Counter, defaultdict
from pathlib import Path

import msgspec
import nats
from capacity_units import KEPT, Units

from cli import envfile
from cli.settings import Settings
from cli.storage.survey import survey
from common import topology
from common.events import PaperEmbedded, PaperMeta
from common.runtime import Runtime, connect
from common.scan import Read, scan
from common.settings import load
from common.watches import Mail, Watch, match
from servers import free_port, wait_for_port

WINDOW_S = 120.0
SEARCHES = 30
SUBJECTS = 100_000
FRAME_BYTES = 30
TICKS = os.sysconf("SC_CLK_TCK")
WORDS = ("graph", "neural", "market", "protein", "quantum", "learning", "risk", "language")


def main(data: Path) -> None:
    """Measure, and keep it beside this file."""
    settings = load(Settings, {**envfile.read(data), **os.environ})
    units = asyncio.run(_measured(settings, data))
    KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(units), indent=1) + b"\n")
    print(KEPT)


class Log:
    """Bytes of the log by kind, and how many papers have that kind."""

    def __init__(self) -> None:
        self.sizes: Counter[str] = Counter()
        self.papers: defaultdict[str, set[str]] = defaultdict(set)
        self.passages = self.pages = self.read_passages = self.embedded = 0

    def take(self, message: Read) -> None:
        """Learn of one message."""
        kind, _, rest = message.subject.partition(".")
        paper = rest.split(".")[0] if kind == "ledger" else _paper(message.body)
        name = f"ledger {rest.split('.')[-1]}" if kind == "ledger" else message.subject
        heads = sum(len(key) + len(value) + 4 for key, value in message.headers.items())
        self.sizes[name] += len(message.subject) + len(message.body) + heads + FRAME_BYTES
        self.papers[name].add(paper)
        if message.subject == PaperEmbedded.subject:
            fact = msgspec.json.decode(message.body, type=PaperEmbedded)
            self.embedded += 1
            self.passages += fact.passages
            if fact.full_text and fact.pages > 3:
                self.pages += fact.pages
                self.read_passages += fact.passages


def _paper(body: bytes) -> str:
    return str(msgspec.json.decode(body).get("paper", ""))


async def _measured(settings: Settings, data: Path) -> Units:
    root = int((data / "lock").read_text())
    async with connect("capacity", settings) as runtime:
        before, cpu_before = await _log(runtime), _cpu(root)
        await asyncio.sleep(WINDOW_S)
        log, cpu = await _log(runtime), _cpu(root)
        found = await survey(runtime, settings)
    done = log.embedded - before.embedded
    passages = (log.passages - before.passages) / max(1, done)
    held = {(str(one.store), one.name): one for one in found.holdings}
    points = sum(one.count for one in found.holdings if one.store == "index")
    spent = {name: (cpu[name] - cpu_before.get(name, 0.0)) / max(1, done) for name in cpu}
    fetched = len(log.papers["paper.fetched"])
    spent["fetcher"] = cpu["fetcher"] / fetched  # it was done with all before the others
    print(f"{done} papers in {WINDOW_S:.0f} s, {passages:.1f} passages each")

    def each(store: str, name: str) -> float:
        one = held[store, name]
        return one.size_bytes / max(1, one.count)

    deliveries = held["bus", "KV_deliveries"]
    return Units(
        day=time.strftime("%Y-%m-%d"),
        papers=log.embedded,
        log_bytes={
            name: round(log.sizes[name] / len(log.papers[name])) for name in sorted(log.sizes)
        },
        rows=sum(name.startswith("ledger ") for name in log.sizes),
        notices_bytes=round(each("bus", topology.NOTICES)),
        delivery_bytes=round(2 * each("bus", "KV_deliveries")) if deliveries.count else 0,
        watch_bytes=round(each("bus", "KV_watches")),
        passages_per_page=round(log.read_passages / max(1, log.pages), 2),
        text_bytes=round(held["objects", "text/"].size_bytes / max(1, log.passages)),
        summary_bytes=round(each("objects", "summary/")),
        point_bytes=round(held["local", "vectors/"].size_bytes / max(1, points)),
        cpu_s={name: round(value, 4) for name, value in sorted(spent.items())},
        cpu_passages=round(passages, 2),
        match_s=_match_s(),
        search_s=_search_s(settings, root),
        memory_bytes=_memory(root),
        subject_bytes=await _subject_bytes(),
    )


async def _log(runtime: Runtime) -> Log:
    log = Log()
    last = (await runtime.js.stream_info(topology.PAPERS)).state.last_seq
    await scan(runtime.js, topology.PAPERS, log.take, upto=last)
    return log


def _match_s() -> float:
    """One of twenty watches fits, as it is with people."""
    meta = PaperMeta(title="On graph neural networks", abstract="We study learning. " * 60)
    watches = [
        Watch(id=str(n), name="w", channel=Mail(address="a@example.org"), query=f"word{n} {word}")
        for n in range(50)
        for word in WORDS
    ]
    began = time.process_time()
    for watch in watches:
        match(watch, meta)
    return round((time.process_time() - began) / len(watches), 7)


def _search_s(settings: Settings, root: int) -> float:
    before = _cpu(root)["gateway"]
    for at in range(SEARCHES):
        url = f"{settings.cli.gateway_url}/api/v1/search?q={WORDS[at % len(WORDS)]}%20{at}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            answer.read()
    return round((_cpu(root)["gateway"] - before) / SEARCHES, 4)


async def _subject_bytes() -> float:
    """Memory of a server that keeps many subjects, less what it takes without them."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        conf = Path(folder) / "nats.conf"
        conf.write_text(f'listen: "127.0.0.1:{port}"\njetstream {{ store_dir: "{folder}/js" }}\n')
        binary = Path(sys.executable).parent / "nats-server"
        process = await asyncio.create_subprocess_exec(
            binary, "-c", conf, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            await asyncio.to_thread(wait_for_port, port)
            return await _filled(f"nats://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
            await process.wait()


async def _filled(url: str, pid: int) -> float:
    nc = await nats.connect(url)
    js = nc.jetstream()
    await js.add_stream(name="S", subjects=["ledger.>"])
    before = _resident(pid)
    for at in range(SUBJECTS):
        paper = f"ledger.arxiv:{at // 30:07d}%2E{at:05d}.row"
        if at % 500 == 0:
            await js.publish(paper, b"x")
        else:
            await nc.publish(paper, b"x")
    await nc.flush()
    grown = _resident(pid) - before
    await nc.close()
    return round(grown / SUBJECTS)


def _processes(root: int) -> dict[int, tuple[str, list[str]]]:
    """Every process below ``root``: the child of ``root`` it belongs to, and its numbers."""
    stats: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text()
            except OSError:
                continue
            stats[int(entry.name)] = text.rpartition(")")[2].split()
    found = {}
    for pid, numbers in stats.items():
        top, parent = pid, int(numbers[1])
        while parent not in (root, 0, 1) and parent in stats:
            top, parent = parent, int(stats[parent][1])
        if parent == root:
            found[pid] = (_name(top), numbers)
    return found


def _name(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    if "-m" in words:
        module = words[words.index("-m") + 1]
        return "operator" if module == "cli" else module.rpartition(".")[2]
    return Path(words[0]).name


def _cpu(root: int) -> dict[str, float]:
    found: defaultdict[str, float] = defaultdict(float)
    for name, numbers in _processes(root).values():
        found[name] += sum(map(int, numbers[11:15])) / TICKS
    return dict(found)


def _memory(root: int) -> dict[str, int]:
    found: Counter[str] = Counter()
    for pid, (name, _) in _processes(root).items():
        found[name] += _resident(pid)
    return dict(sorted(found.items()))


def _resident(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
