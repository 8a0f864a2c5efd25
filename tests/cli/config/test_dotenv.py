"""Environment files as compose reads them."""

from pathlib import Path

import pytest

from cli import envfile
from cli.config import dotenv
from common.errors import UsageError


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("A = b ", "b"),
        ("export A=b", "b"),
        ("A=", ""),
        ("A='b # c'", "b # c"),
        ('A="b c"', "b c"),
        ("A=b # comment", "b"),
        ("A=b#c", "b#c"),
        ("A=x=y", "x=y"),
        ("A='it'\\''s'", "it's"),
    ],
)
def test_a_line(tmp_path: Path, line: str, value: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"# first\n\n{line}\n")
    assert dotenv.read(file) == {"A": value}


def test_it_reads_what_a_system_here_wrote(tmp_path: Path) -> None:
    values = {"A": "it's", "B": "x y", "C": ""}
    assert dotenv.read(envfile.write(tmp_path, values)) == values


@pytest.mark.parametrize("text", ["A", "= b", "1A=b", "- A=b"])
def test_what_is_no_line_is_told_with_its_number(tmp_path: Path, text: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f"B=1\n{text}\n")
    with pytest.raises(UsageError, match=r"\.env:2"):
        dotenv.read(file)
