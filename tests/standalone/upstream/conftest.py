"""The recorded day as a store, records at will, and the command as a running process."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree

from standalone.upstream.oai import answer_oai
from standalone.upstream.oai_list import Harvest
from standalone.upstream.records import Record, bundled_day, read_day
from standalone.upstream.store import Store


@pytest.fixture(scope="session")
def day() -> Store:
    return Store(read_day(bundled_day()))


@pytest.fixture
def harvest(day: Store) -> Harvest:
    return Harvest(store=day, base_url="http://localhost/oai", now=1_781_700_000.0, page_size=50)


@pytest.fixture
def ask(harvest: Harvest) -> Callable[..., Any]:
    def asked(harvest: Harvest = harvest, **arguments: str) -> Any:
        pairs = [(name.rstrip("_"), value) for name, value in arguments.items()]
        return ElementTree.fromstring(answer_oai(pairs, harvest).encode())

    return asked


@pytest.fixture
def record() -> Callable[..., Record]:
    def make(**changes: Any) -> Record:
        values = {
            "id": "2606.00001",
            "title": "A title",
            "authors": ["Ada Lovelace", "Ludwig van der Berg Jr."],
            "categories": ["cs.AI", "q-fin.ST"],
            "abstract": "An abstract.",
            "seen": "2026-06-17",
        }
        return Record(**(values | changes))

    return make


@pytest.fixture
def real() -> Callable[[str], str]:
    folder = Path(__file__).parent / "data"
    return lambda name: (folder / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]:
    """Start the command on a free port; give the process and its address."""
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "standalone.upstream", "--port", "0", *arguments]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("upstream ready on http://"), line
        return process, line.split()[3].rstrip(":")

    yield begin
    for process in running:
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()
