"""A watched folder: which files are ready, reading them with a limit, moving them on."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from common.errors import Terminal, UsageError

PROCESSED, FAILED = "processed", "failed"
_SIDECAR_MAX_BYTES = 1_000_000
_STALLED_AFTER_S = 60.0
_TAIL_BYTES = 2048


class BadFile(Terminal):
    """The file cannot become a paper."""


class Waiting(NamedTuple):
    """A file that is ready."""

    path: Path
    sidecar: Path | None


def ready(folder: Path, pattern: str, *, settle_s: float, now: float) -> list[Waiting]:
    """The regular files that match and are not being written any more, by name.

    Links and anything below the folder are left alone; raises UsageError when the folder is none.
    """
    if not folder.is_dir():
        raise UsageError("path", f"the folder {folder} does not exist; make it or mend the feed")
    return list(_ready(folder, pattern, settle_s, now))


def _ready(folder: Path, pattern: str, settle_s: float, now: float) -> Iterator[Waiting]:
    for path in sorted(folder.glob(pattern)):
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(status.st_mode) or path.suffix.lower() == ".json":
            continue
        age = now - status.st_mtime
        if 0 <= age < settle_s or (0 <= age < _STALLED_AFTER_S and _unfinished(path)):
            continue
        beside = path.with_suffix(".json")
        yield Waiting(path, beside if _is_plain_file(beside) else None)


def _is_plain_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _unfinished(path: Path) -> bool:
    """Whether a young PDF lacks its end mark, as while it is copied."""
    try:
        with _open(path) as file:
            head = file.read(5)
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            return head == b"%PDF-" and b"%%EOF" not in file.read()
    except OSError:
        return True


def _open(path: Path):  # type: ignore[no-untyped-def]
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb")


def read_limited(path: Path, limit_bytes: int) -> bytes:
    """The bytes of a file; raises BadFile when it is empty or too large, FileNotFoundError."""
    try:
        with _open(path) as file:
            body: bytes = file.read(limit_bytes + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise BadFile(f"it cannot be read: {error.strerror}", reason="unreadable") from error
    if not body:
        raise BadFile("it is empty", reason="empty")
    if len(body) > limit_bytes:
        raise BadFile(f"it has more than {limit_bytes} bytes", reason="too_large")
    return body


def read_beside(waiting: Waiting) -> bytes:
    """The sidecar's bytes; ``{}`` when there is none."""
    return read_limited(waiting.sidecar, _SIDECAR_MAX_BYTES) if waiting.sidecar else b"{}"


def move_on(waiting: Waiting, where: str, *, mark: str, reason: str = "") -> Path:
    """Move a file and its sidecar to ``processed`` or ``failed``; ``mark`` tells equal names apart.

    A reason is left beside it as ``<name>.reason.txt``.
    """
    folder = waiting.path.parent / where
    folder.mkdir(exist_ok=True)
    if folder.is_symlink():  # who may drop files here must not choose where they go
        raise NotADirectoryError(errno.ENOTDIR, "is a link and not a folder", str(folder))
    target = folder / waiting.path.name
    if target.exists():
        target = folder / f"{waiting.path.stem[:150]}-{mark}{waiting.path.suffix}"
    if waiting.sidecar is not None:
        os.replace(waiting.sidecar, target.with_suffix(".json"))
    os.replace(waiting.path, target)
    if reason:
        _write_new(target.with_name(f"{target.name}.reason.txt"), reason)
    return target


def _write_new(path: Path, text: str) -> None:
    """Write a file that was not there; a link that lies in its place is removed, not followed."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
        file.write(f"{text}\n")
