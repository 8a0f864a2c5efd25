"""A watched folder."""

import os
from pathlib import Path

import pytest

from common.errors import UsageError
from fetcher.inbox import (
    FAILED,
    PROCESSED,
    BadFile,
    Waiting,
    move_on,
    read_beside,
    read_limited,
    ready,
)

PDF = b"%PDF-1.7\n...\n%%EOF\n"


def put(folder: Path, name: str, body: bytes = PDF, *, age_s: float = 3600) -> Path:
    path = folder / name
    path.write_bytes(body)
    os.utime(path, (1_000_000 - age_s, 1_000_000 - age_s))
    return path


def names(folder: Path, *, pattern: str = "*.pdf", settle_s: float = 2) -> list[str]:
    return [w.path.name for w in ready(folder, pattern, settle_s=settle_s, now=1_000_000)]


def test_what_is_ready(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside.pdf")
    folder = tmp_path / "inbox"
    folder.mkdir()
    put(folder, "b.pdf")
    put(folder, "a.pdf")
    put(folder, "being-written.pdf", age_s=1)
    put(folder, "young-and-cut.pdf", b"%PDF-1.7 half", age_s=30)
    put(folder, "old-and-cut.pdf", b"%PDF-1.7 half", age_s=300)
    put(folder, "from-the-future.pdf", age_s=-500)
    put(folder, "note.txt")
    (folder / "link.pdf").symlink_to(outside)
    (folder / "folder.pdf").mkdir()
    (folder / "processed").mkdir()
    put(folder / "processed", "done.pdf")
    assert names(folder) == ["a.pdf", "b.pdf", "from-the-future.pdf", "old-and-cut.pdf"]


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        names(tmp_path / "nowhere")


@pytest.mark.parametrize(("body", "words"), [(b"", "empty"), (b"x" * 101, "more than 100 bytes")])
def test_refused_files(tmp_path: Path, body: bytes, words: str) -> None:
    with pytest.raises(BadFile, match=words):
        read_limited(put(tmp_path, "x.pdf", body), 100)


def test_links_are_not_followed(tmp_path: Path) -> None:
    link = tmp_path / "link.pdf"
    link.symlink_to(put(tmp_path, "secret.pdf"))
    with pytest.raises(BadFile, match="cannot be read"):
        read_limited(link, 100)


def test_a_sidecar_goes_along(tmp_path: Path) -> None:
    path = put(tmp_path, "x.pdf")
    put(tmp_path, "x.json", b'{"title":"T"}')
    (waiting,) = ready(tmp_path, "*.pdf", settle_s=0, now=1_000_000)
    assert read_beside(waiting) == b'{"title":"T"}'
    target = move_on(waiting, PROCESSED, mark="m")
    assert target == tmp_path / "processed" / "x.pdf"
    assert (tmp_path / "processed" / "x.json").exists()
    assert not path.exists()
    assert read_beside(Waiting(path, None)) == b"{}"


def test_a_linked_sidecar_is_ignored(tmp_path: Path) -> None:
    put(tmp_path, "x.pdf")
    (tmp_path / "x.json").symlink_to("/etc/hostname")
    (waiting,) = ready(tmp_path, "*.pdf", settle_s=0, now=1_000_000)
    assert waiting.sidecar is None


def test_equal_names_are_kept_apart_and_reasons_left(tmp_path: Path) -> None:
    for mark in ("one", "two"):
        path = put(tmp_path, "x.pdf")
        move_on(Waiting(path, None), FAILED, mark=mark, reason="x.pdf: it is empty")
    failed = tmp_path / "failed"
    assert sorted(p.name for p in failed.iterdir()) == [
        "x-two.pdf",
        "x-two.pdf.reason.txt",
        "x.pdf",
        "x.pdf.reason.txt",
    ]
    assert (failed / "x.pdf.reason.txt").read_text() == "x.pdf: it is empty\n"
