"""A bundle is listed, private, and holds nothing that could not be cleaned."""

import tarfile
from pathlib import Path

import pytest

from cli.bundle import packing
from cli.bundle.packing import File
from common.errors import UsageError


def test_each_file_is_in_it_and_listed(tmp_path: Path) -> None:
    files = packing.cleaned(
        [
            File(name="a.json", body=b'{"password": "x"}', text="the first"),
            File(name="logs/b.log", body=b"lines\n", text="the second", outcome="exit 1"),
        ],
        (),
    )
    path = tmp_path / "out.tar.gz"
    packing.write(path, "root", files, 1_800_000_000.0)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["out.tar.gz"]
    with tarfile.open(path) as tar:
        names = tar.getnames()
        assert names == ["root/README.txt", "root/a.json", "root/logs/b.log"]
        bodies = {name: member.read() for name in names if (member := tar.extractfile(name))}
    assert b'"***"' in bodies["root/a.json"]
    readme = bodies["root/README.txt"].decode()
    assert "the first" in readme
    assert "exit 1" in readme


def test_a_file_with_a_secret_that_stays_loses_its_body() -> None:
    # One that was never learnt stands for one that cleaning would miss.
    found = packing.cleaned(
        [File(name="a", body=b"is zzz-never-learnt-zzz", text="x")],
        [("A_KEY", "zzz-never-learnt-zzz")],
    )
    assert found["a"].outcome == "left out"
    assert found["a"].body == b"left out: A_KEY could not be taken out\n"


def test_what_is_there_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    for path, words in ((tmp_path / "x", "is there already"), (tmp_path / "no" / "x", "no folder")):
        with pytest.raises(UsageError, match=words):
            packing.refuse_existing(path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="--out"):
        packing.write(tmp_path / "file" / "x", "root", {}, 0.0)
