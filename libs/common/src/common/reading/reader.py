"""The service's side of the PDF readers: a few zygotes, each with one PDF at a time."""

import asyncio
import os
import signal
import struct
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress

import msgspec

from common.errors import UNREADABLE, Retryable
from common.reading.parsed import Limits, Parsed, unreadable

START_S = 30
PATIENCE_S = 15
"""So much longer than its own limit may a zygote take before it is killed."""
MOST_DOCUMENTS = 500
"""PDFs read by one zygote before a new one takes its place."""
_HEADER = struct.Struct(">Q")


class PdfReader:
    """Reads PDFs outside of this process; at most ``workers`` at once."""

    def __init__(self, limits: Limits, *, workers: int = 1) -> None:
        self._limits = limits
        self._turns = asyncio.Semaphore(workers)
        self._idle: list[_Zygote] = []

    async def read(self, body: bytes) -> Parsed:
        """The text of a PDF or why there is none; raises Retryable when the reader itself died."""
        if len(body) > self._limits.pdf_bytes:
            megabytes = self._limits.pdf_bytes >> 20
            return unreadable("too_big", f"the PDF has more than {megabytes} MB")
        async with self._turns:
            zygote = self._idle.pop() if self._idle else await _Zygote.start(self._limits)
            try:
                answer = await zygote.ask(body, self._limits.wall_s + PATIENCE_S)
            except BaseException:
                await zygote.kill()
                raise
            if zygote.documents < MOST_DOCUMENTS:
                self._idle.append(zygote)
            else:
                await zygote.kill()
        try:
            return msgspec.json.decode(answer, type=Parsed)
        except UNREADABLE:
            return unreadable("crash", "the PDF made the reader answer nonsense")

    async def close(self) -> None:
        """End all readers."""
        while self._idle:
            await self._idle.pop().kill()


class _Zygote:
    def __init__(self, process: Process) -> None:
        self.documents = 0
        self._process = process

    @classmethod
    async def start(cls, limits: Limits) -> "_Zygote":
        """A zygote that has answered; it inherits no environment and no open file."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", "common.reading.zygote"),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            limit=1 << 20,
        )
        zygote = cls(process)
        try:
            await zygote.ask(msgspec.json.encode(limits), START_S)
        except BaseException:
            await zygote.kill()
            raise
        zygote.documents = 0
        return zygote

    async def ask(self, body: bytes, patience_s: float) -> bytes:
        """One frame in, one frame out; raises Retryable when the zygote ends or is silent."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise Retryable("the PDF reader has no pipes")
        self.documents += 1
        try:
            async with asyncio.timeout(patience_s):
                stdin.writelines((_HEADER.pack(len(body)), body))
                await stdin.drain()
                header = await stdout.readexactly(_HEADER.size)
                return await stdout.readexactly(_HEADER.unpack(header)[0])
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            raise Retryable(f"the PDF reader died or fell silent ({error!r})") from error

    async def kill(self) -> None:
        """End the zygote; its fork dies with it."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
