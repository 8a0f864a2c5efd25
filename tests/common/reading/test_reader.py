"""PDFs read in confined processes."""

import asyncio
import os
import signal
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from common.errors import Retryable
from common.reading.parsed import Limits
from common.reading.reader import PdfReader

DATA = Path(__file__).parent / "data"
PAPER = (DATA / "jose_00042.pdf").read_bytes()
TIGHT = Limits(memory_bytes=400 << 20, cpu_s=1, wall_s=60)


def bomb(chunk: bytes, times: int) -> bytes:
    """A page whose content unfolds to ``times`` chunks."""
    packer = zlib.compressobj(9)
    stream = b"".join([*(packer.compress(chunk) for _ in range(times)), packer.flush()])
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n"
        % len(stream)
        + stream
        + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"
    )


@pytest.fixture
async def reader() -> AsyncIterator[PdfReader]:
    reader = PdfReader(TIGHT, workers=2)
    yield reader
    await reader.close()
    assert not children()


def children() -> list[int]:
    """Process ids of the zygotes of this process."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            if (
                parent == os.getpid()
                and b"common.reading.zygote" in (path / "cmdline").read_bytes()
            ):
                found.append(int(path.name))
    return found


def environ(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_every_file_has_an_outcome(reader: PdfReader) -> None:
    for path in sorted(DATA.glob("*.pdf")):
        parsed = await reader.read(path.read_bytes())
        assert bool(parsed.passages) != bool(parsed.problem), path.name
    assert len(children()) == 1


async def test_a_bomb_is_contained_and_the_next_paper_read(reader: PdfReader) -> None:
    parsed = await reader.read(bomb(b"(abc def) Tj\n" * 80_000, 500))
    assert parsed.reason in ("crash", "too_slow", "too_big", "too_much_text", "no_text")
    assert parsed.problem
    assert len((await reader.read(PAPER)).passages) > 5


async def test_a_file_over_the_limit_is_not_even_opened() -> None:
    reader = PdfReader(Limits(pdf_bytes=1 << 20))
    parsed = await reader.read(b"%PDF-" + b"x" * (1 << 20))
    assert parsed.problem == "the PDF has more than 1 MB"


async def test_several_at_once(reader: PdfReader) -> None:
    found = await asyncio.gather(*(reader.read(PAPER) for _ in range(6)))
    assert len({parsed.passages for parsed in found}) == 1
    assert len(children()) == 2


async def test_a_killed_reader_is_retried_by_the_caller(reader: PdfReader) -> None:
    await reader.read(PAPER)
    os.kill(children()[0], signal.SIGKILL)
    with pytest.raises(Retryable, match="PDF reader died"):
        await reader.read(PAPER)
    assert (await reader.read(PAPER)).passages


async def test_a_cancelled_read_leaves_no_process(reader: PdfReader) -> None:
    await reader.read(PAPER)
    task = asyncio.create_task(reader.read(bomb(b" " * 1_000_000, 300)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not children()


async def test_the_environment_is_empty(reader: PdfReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_SECRET_KEY", "canary")
    await reader.read(PAPER)
    assert b"canary" not in environ(children()[0])
