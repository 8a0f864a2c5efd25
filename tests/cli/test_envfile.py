"""Addresses of a running system in a file."""

import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli import envfile

NAMES = st.from_regex(r"\A[A-Z][A-Z0-9_]{0,20}\Z")
VALUES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.dictionaries(NAMES, VALUES))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_written_is_read(tmp_path: Path, values: dict[str, str]) -> None:
    envfile.write(tmp_path, values)
    assert envfile.read(tmp_path) == values


@pytest.mark.parametrize("value", ["plain", "two words", "it's", "$HOME `id` \\n", '"', "a\nb", ""])
def test_a_shell_reads_the_same(tmp_path: Path, value: str) -> None:
    path = envfile.write(tmp_path, {"X": value})
    said = subprocess.run(
        ["sh", "-c", '. "$1" && printf %s "$X"', "sh", str(path)], capture_output=True, check=True
    )
    assert said.stdout.decode() == value


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = envfile.write(tmp_path, {"X": "1"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    envfile.write(tmp_path, {"Y": "2"})
    assert envfile.read(tmp_path) == {"Y": "2"}
    assert [file.name for file in tmp_path.iterdir()] == [envfile.NAME]


def test_no_file_is_no_values(tmp_path: Path) -> None:
    assert envfile.read(tmp_path) == {}
    (tmp_path / envfile.NAME).mkdir()
    assert envfile.read(tmp_path) == {}
