"""Atomic files, sparse copies, and syncs that are shared."""

import asyncio
from pathlib import Path

import pytest

from standalone.vectors.durable import GroupSync, copy_tree, sync_wal, write_atomically


def test_write_replaces_and_leaves_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for body in (b"one", b"two"):
        write_atomically(path, body)
        assert path.read_bytes() == body
    assert list(tmp_path.iterdir()) == [path]


def test_copy_keeps_bytes_and_holes(tmp_path: Path) -> None:
    source = tmp_path / "a"
    (source / "inner").mkdir(parents=True)
    body = b"head" + bytes(5 << 20) + b"tail" + bytes(3 << 20)
    (source / "inner" / "log").write_bytes(body)
    (source / "empty").touch()
    copy_tree(source, tmp_path / "b")
    copied = tmp_path / "b" / "inner" / "log"
    assert copied.read_bytes() == body
    assert copied.stat().st_blocks * 512 < len(body)
    assert (tmp_path / "b" / "empty").stat().st_size == 0


def test_sync_of_a_log_that_is_gone_is_no_error(tmp_path: Path) -> None:
    sync_wal(tmp_path / "nothing")


async def test_waiters_share_syncs_that_begin_after_they_asked() -> None:
    syncs = 0

    def sync() -> None:
        nonlocal syncs
        syncs += 1

    group = GroupSync(sync)
    await asyncio.gather(*(group.wait() for _ in range(50)))
    assert syncs == 1
    await group.wait()
    assert syncs == 2


async def test_failed_sync_fails_its_waiters_only() -> None:
    errors = [OSError("disk"), None]

    def sync() -> None:
        if error := errors.pop(0):
            raise error

    group = GroupSync(sync)
    with pytest.raises(OSError, match="disk"):
        await group.wait()
    await group.wait()
