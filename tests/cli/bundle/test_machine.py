"""What is told about this machine."""

import json
from pathlib import Path

from cli.bundle import machine


def test_versions_of_what_is_installed() -> None:
    told = json.loads(machine.versions("2026-07-14T00:00:00Z"))
    assert told["packages"]["msgspec"]
    assert set(told) == {"at", "paperbus", "python", "system", "cores", "load", "packages"}


def test_the_ends_of_the_logs(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "short.log").write_text("one\ntwo\n")
    (logs / "long.log").write_text("".join(f"line {n}\n" for n in range(1000)))
    (logs / "wide.log").write_text("x" * (machine.TAIL_BYTES + 5) + "\nlast\n")
    (logs / "folder.log").mkdir()
    ends = machine.log_ends(tmp_path)
    assert ends["short.log"] == b"one\ntwo\n"
    assert ends["long.log"].splitlines()[0] == b"line 800"
    assert ends["wide.log"] == b"last\n", "a line that was cut may hold half a secret"
    assert ends["folder.log"].startswith(b"cannot be read")
    assert machine.log_ends(tmp_path / "none") == {}
