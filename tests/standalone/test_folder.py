"""The data folder: one owner, its secrets."""

import os
import stat
from pathlib import Path

import pytest

from common.errors import UsageError
from standalone.folder import DataFolder


def test_only_one_system_may_have_it(tmp_path: Path) -> None:
    first, second = DataFolder(tmp_path / "data"), DataFolder(tmp_path / "data")
    first.claim()
    with pytest.raises(UsageError, match=r"--data: .* is in use by another paperbus") as caught:
        second.claim()
    assert f"process {os.getpid()}" in str(caught.value)
    assert "\n" not in str(caught.value)
    first.release()
    second.claim()
    second.release()
    second.release()


def test_a_claim_after_a_crash_is_free(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("4242")
    folder = DataFolder(tmp_path)
    folder.claim()
    assert (tmp_path / "lock").read_text() == str(os.getpid())
    folder.release()


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match=r"--data: .* cannot be written .*name another folder"):
        DataFolder(tmp_path / name).claim()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_place_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="cannot be written"):
        DataFolder(tmp_path / "data").claim()
    tmp_path.chmod(0o700)


def test_secrets_stay_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    first, second = folder.secret("s3"), folder.secret("nats")
    assert first != second
    assert min(len(first), len(second)) >= 32
    assert DataFolder(tmp_path).secret("s3") == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.json"]


def test_folders_below_are_made(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "a")
    assert folder.sub("b/c").is_dir()
    assert folder.sub("b/c") == tmp_path / "a" / "b" / "c"
