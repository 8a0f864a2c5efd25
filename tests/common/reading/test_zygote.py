"""The reading process as its own process: frames in, frames out, whatever the PDF does."""

import os
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from common.reading.parsed import Limits, Parsed

DATA = Path(__file__).parent / "data"
PAPER = (DATA / "jose_00042.pdf").read_bytes()
HEADER = struct.Struct(">Q")


class Zygote:
    """The process and the frames of its protocol."""

    def __init__(self, limits: Limits) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-m", "common.reading.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C.UTF-8"},
        )
        self.send(msgspec.json.encode(limits))

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, body: bytes) -> None:
        self.write(HEADER.pack(len(body)) + body)

    def receive(self) -> bytes:
        assert self.process.stdout is not None
        (size,) = HEADER.unpack(self.process.stdout.read(HEADER.size))
        return self.process.stdout.read(size)

    def read(self, body: bytes) -> Parsed:
        self.send(body)
        return msgspec.json.decode(self.receive(), type=Parsed)

    def end(self) -> tuple[int, str]:
        """Exit code and stderr once stdin is closed."""
        _, said = self.process.communicate(timeout=30)
        return self.process.returncode, said.decode()

    def children(self) -> list[int]:
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in task.read_text().split()]


@pytest.fixture
def start() -> Iterator[Callable[..., Zygote]]:
    running: list[Zygote] = []

    def begin(**limits: int) -> Zygote:
        running.append(Zygote(Limits(**limits)))
        return running[-1]

    yield begin
    for zygote in running:
        zygote.process.kill()
        zygote.process.communicate()


def test_it_answers_each_frame_and_ends_with_its_input(start: Callable[..., Zygote]) -> None:
    zygote = start()
    assert zygote.receive() == b"{}"
    first = zygote.read(PAPER)
    assert first.passages
    assert (zygote.read(b"").reason, zygote.read(b"GIF89a").reason) == ("empty", "not_pdf")
    assert zygote.read(PAPER) == first
    if sys.platform == "linux":
        assert zygote.children() == [], "a fork is left over"
    assert zygote.end() == (0, "")


@pytest.mark.parametrize(
    ("limits", "reason", "words"),
    [
        ({"pages": 3}, "too_many_pages", "more than 3"),
        ({"wall_s": 0, "cpu_s": 5}, "too_slow", "5 s of processor time or 0 s in all"),
        ({"output_bytes": 8000}, "too_much_text", "more text than any paper has"),
    ],
)
def test_a_limit_that_is_reached_is_said_and_others_are_read(
    start: Callable[..., Zygote], limits: dict[str, int], reason: str, words: str
) -> None:
    zygote = start(**limits)
    assert zygote.receive() == b"{}"
    for _ in range(2):
        parsed = zygote.read(PAPER)
        assert (parsed.reason, parsed.passages) == (reason, ())
        assert words in parsed.problem
    assert zygote.end() == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory hold on Linux")
def test_too_little_memory_is_an_outcome_too(start: Callable[..., Zygote]) -> None:
    zygote = start(memory_bytes=1 << 20)
    assert zygote.receive() == b"{}"
    parsed = zygote.read(PAPER)
    assert parsed.reason in ("too_big", "crash")
    assert "1 MB" in parsed.problem
    assert zygote.end() == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_fork_is_gone_after_a_time_out(start: Callable[..., Zygote]) -> None:
    zygote = start(wall_s=0)
    zygote.receive()
    zygote.read(PAPER)
    assert zygote.children() == []


@pytest.mark.parametrize("rest", [b"", b"\x00\x00", HEADER.pack(100) + b"cut off"])
def test_an_input_that_breaks_off_ends_it(start: Callable[..., Zygote], rest: bytes) -> None:
    zygote = start()
    assert zygote.receive() == b"{}"
    zygote.write(rest)
    assert zygote.end() == (0, "")


def test_it_will_not_serve_when_it_cannot_even_read_its_sample(
    start: Callable[..., Zygote],
) -> None:
    code, said = start(pages=0).end()
    assert code == 1
    assert "cannot read a sample" in said


def test_it_has_a_group_of_its_own(start: Callable[..., Zygote]) -> None:
    zygote = start()
    zygote.receive()
    assert os.getpgid(zygote.process.pid) == zygote.process.pid
