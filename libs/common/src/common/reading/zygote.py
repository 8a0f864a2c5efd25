"""The process that reads PDFs: a fresh fork for each, so that no file can touch the next.

Started as ``python -I -m common.reading.zygote`` with an empty environment. It has pypdfium2
loaded and no network, but never opens a stranger's PDF itself: it forks, confines the fork, takes
its answer. Frames on stdin and stdout are an 8-byte big-endian length and a body. The first frame
in holds the Limits, every further one a PDF; every frame out after the first a Parsed, in JSON.
"""

import os
import select
import signal
import struct
import sys
import time
from contextlib import suppress
from typing import BinaryIO

import msgspec

from common.reading.confine import confine, cut_network, die_with_parent
from common.reading.parse import parse
from common.reading.parsed import Limits, Parsed, unreadable

_HEADER = struct.Struct(">Q")
_CHUNK = 1 << 16
_SAMPLE = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R
/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj
4 0 obj<</Length 113>>stream
BT /F 9 Tf (This sample is read first, so that everything is loaded)Tj
( that a confined fork needs to read a paper.) Tj ET
endstream endobj
trailer<</Root 1 0 R>>"""


def main() -> None:
    """Serve until stdin ends."""
    os.setpgid(0, 0)
    die_with_parent()
    cut_network()
    first = _read_frame(sys.stdin.buffer)
    if first is None:
        return
    limits = msgspec.json.decode(first, type=Limits)
    # A confined fork can load nothing more, so everything is loaded here, by reading a sample.
    if parse(_SAMPLE, limits).reason:
        raise SystemExit("pypdfium2 cannot read a sample of ours")
    _write_frame(sys.stdout.buffer, b"{}")
    while (body := _read_frame(sys.stdin.buffer)) is not None:
        _write_frame(sys.stdout.buffer, _in_fork(body, limits))


def _in_fork(body: bytes, limits: Limits) -> bytes:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _child(body, limits, writer)
    os.close(writer)
    try:
        answer, ended = _collect(reader, limits)
    finally:
        os.close(reader)
    code = _reap(child, patience_s=1.0 if ended and not answer else 0.0)
    return answer or msgspec.json.encode(_failure(code, ended, limits))


def _child(body: bytes, limits: Limits, writer: int) -> None:
    """Parse and write the answer; never returns."""
    code = 1
    try:
        os.setpgid(0, 0)
        os.close(0)
        os.close(1)
        confine(limits)
        answer = msgspec.json.encode(parse(body, limits))
        with os.fdopen(writer, "wb") as out:
            out.write(answer)
        code = 0
    except MemoryError:
        code = 3
    finally:
        os._exit(code)


def _collect(reader: int, limits: Limits) -> tuple[bytes, bool]:
    """What the fork wrote, and whether it came to its end within time and size."""
    deadline = time.monotonic() + limits.wall_s
    parts: list[bytes] = []
    size = 0
    while (left := deadline - time.monotonic()) > 0 and size <= limits.output_bytes:
        ready, _, _ = select.select([reader], [], [], left)
        if ready:
            part = os.read(reader, _CHUNK)
            if not part:
                return b"".join(parts), True
            parts.append(part)
            size += len(part)
    return b"", False


def _failure(code: int, ended: bool, limits: Limits) -> Parsed:
    if not ended or code in (-signal.SIGXCPU,):
        seconds = f"{limits.cpu_s} s of processor time or {limits.wall_s} s in all"
        return unreadable("too_slow", f"the PDF could not be read within {seconds}")
    megabytes = limits.memory_bytes >> 20
    if code == 3:
        return unreadable("too_big", f"the PDF needs more than {megabytes} MB of memory")
    problem = f"the PDF made its reader crash, by a fault or for want of more than {megabytes} MB"
    return unreadable("crash", problem)


def _reap(child: int, *, patience_s: float) -> int:
    """The fork's exit code once it is gone, killed with all it started when it does not go."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    for kill in (os.kill, os.killpg):
        with suppress(ProcessLookupError):
            kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _read_frame(source: BinaryIO) -> bytes | None:
    header = source.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return None
    size = _HEADER.unpack(header)[0]
    body = source.read(size)
    return body if len(body) == size else None


def _write_frame(target: BinaryIO, body: bytes) -> None:
    target.write(_HEADER.pack(len(body)))
    target.write(body)
    target.flush()


if __name__ == "__main__":
    main()
