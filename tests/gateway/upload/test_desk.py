"""Turns, and the reader that starts with the first PDF."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from common.reading.parsed import Limits
from fakes_indexer import InProcess
from gateway.failures import TooMany
from gateway.upload.desk import RETRY_S, TURNS, Desk, opened

PAPER = Path(__file__).parents[2] / "common" / "reading" / "data" / "jose_00042.pdf"


def test_so_many_turns_and_no_more() -> None:
    desk = Desk(InProcess(), most_bytes=1)
    with ExitStack() as taken:
        for _ in range(TURNS):
            taken.enter_context(desk.turn())
        with pytest.raises(TooMany, match="try again in some seconds") as refused, desk.turn():
            pass
        assert refused.value.retry_s == RETRY_S
    with desk.turn():
        pass


def test_a_turn_that_ends_badly_is_given_back() -> None:
    desk = Desk(InProcess(), most_bytes=1, turns=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="bad"), desk.turn():
            raise ValueError("bad")


def children() -> set[str]:
    task = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(task.read_text().split())


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
async def test_the_reader_starts_with_the_first_pdf_and_ends_with_the_desk() -> None:
    before = children()
    async with opened(Limits(pdf_bytes=1 << 20)) as desk:
        assert desk.most_bytes == 1 << 20
        assert not children() - before
        assert (await desk.read(PAPER.read_bytes())).passages
        assert (await desk.read(b"%PDF-nonsense")).reason == "damaged"
        assert len(children() - before) == 1
    assert not children() - before
