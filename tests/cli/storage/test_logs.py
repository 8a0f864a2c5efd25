"""Logs are compressed while their process writes on, and old ones go."""

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

from cli.storage import logs

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_a_log_is_compressed_under_the_hands_of_its_writer(tmp_path: Path) -> None:
    path = tmp_path / "gateway.log"
    (tmp_path / "small.log").write_bytes(b"x\n")
    with path.open("ab") as writer:  # as a child process has it
        writer.write(b"before\n" * 1000)
        writer.flush()
        (file,) = logs.grown(tmp_path, least_bytes=1000)
        assert file == (path, 7000)
        saved = logs.compress(file, NOW)
        writer.write(b"after\n")
        writer.flush()
        assert path.read_bytes() == b"after\n"
    kept = tmp_path / "gateway.log.20261122T120000Z.gz"
    assert gzip.decompress(kept.read_bytes()) == b"before\n" * 1000
    assert saved == 7000 - kept.stat().st_size > 6000
    assert {one.name for one in tmp_path.iterdir()} == {path.name, kept.name, "small.log"}


def test_only_compressed_logs_of_long_ago_go(tmp_path: Path) -> None:
    for name, age_s in (("a.log.1.gz", 100), ("b.log.1.gz", 10), ("c.log", 100)):
        (tmp_path / name).write_bytes(b"12345")
        os.utime(tmp_path / name, (1000 - age_s, 1000 - age_s))
    found = logs.compressed(tmp_path, before_s=950)
    assert [file.path.name for file in found] == ["a.log.1.gz"]
    assert logs.remove(found) == 5
    assert sorted(one.name for one in tmp_path.iterdir()) == ["b.log.1.gz", "c.log"]
    assert logs.compressed(tmp_path / "nowhere", before_s=950) == []
