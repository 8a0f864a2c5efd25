"""Asks each part in a process of its own: one that hangs or breaks spoils no other."""

import os
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

import msgspec

from cli.bundle.parts import Part

PATIENCE_S = 120.0
AT_ONCE = 2
LOADED = ["cli.__main__", "cli.audit.gather"]
"""Takes the longest, so it is loaded once and not for each part."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one part."""

    file: str
    text: str
    body: bytes = b""
    said: str = ""
    """What went to stderr, or why there is nothing."""
    code: int | None = 0
    """Exit code; None when it took too long."""
    took_s: float = 0.0

    @property
    def outcome(self) -> str:
        """In a word or two."""
        return "took too long" if self.code is None else f"exit {self.code}" if self.code else "ok"


Say = Callable[[str], None]


def ask_all(parts: Iterable[Part], data: Path | None, say: Say) -> list[Answer]:
    """Every answer, in the order of the parts; a few are asked at once."""
    wanted = list(parts)
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        asked = [pool.submit(ask, part, data) for part in wanted]
        for number, done in enumerate(as_completed(asked), start=1):
            say(f"{number} of {len(wanted)}: {done.result().file}")
        return [one.result() for one in asked]
    finally:
        pool.shutdown(cancel_futures=True)  # Ctrl-C begins nothing more


def ask(part: Part, data: Path | None, patience_s: float = PATIENCE_S) -> Answer:
    """One answer; a code other than 0 is an answer, too."""
    where = () if data is None else ("--data", str(data))
    forks = get_context("forkserver")
    forks.set_forkserver_preload(LOADED)
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        out.touch()
        child = forks.Process(target=_answer, args=((*where, *part.asks), out, err))
        began = monotonic()
        child.start()
        child.join(patience_s)
        late = child.is_alive()
        child.kill()
        child.join()
        said = f"no end within {patience_s:.0f} s" if late else err.read_text(errors="replace")
        return Answer(
            file=part.file,
            text=part.text,
            body=out.read_bytes(),
            said=said.strip(),
            code=None if late else child.exitcode,
            took_s=round(monotonic() - began, 2),
        )


def _answer(words: tuple[str, ...], out: Path, err: Path) -> None:
    """In the process of a part: the command, with files for what it says."""
    from cli.__main__ import main  # which has this module in it

    for number, path in ((1, out), (2, err)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, number)
        os.close(file)
    main(list(words), prog_name="paperbus")
