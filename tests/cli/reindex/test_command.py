"""The command line of re-embedding, without servers."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.__main__ import main

STATIC = "wordllama-l2-supercat-256"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--model: name the new model"),
        (["--model", "m"], "--embedding-kind: say how to load m"),
        (["--model", "m", "--embedding-kind", "magic"], "'magic' is not one of"),
        (["--model", STATIC, "--sample", "-1"], "--sample"),
        (["--model", STATIC, "--queries", "/nowhere"], "--queries"),
        (["--model", STATIC, "--usd-per-million", "-1"], "--usd-per-million"),
        (["turn"], "No such command"),
    ],
)
def test_what_is_wrong_is_named(words: list[str], told: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--data", str(tmp_path), "reindex", *words])
    assert result.exit_code == 2
    assert told in result.stderr


def test_queries_must_be_text(tmp_path: Path) -> None:
    file = tmp_path / "queries"
    file.write_bytes(b"\xff\xfe\xfa")
    result = CliRunner().invoke(main, ["reindex", "--model", STATIC, "--queries", str(file)])
    assert (result.exit_code, "--queries: is no text" in result.stderr) == (2, True)


def test_dropping_is_asked_for(tmp_path: Path) -> None:
    words = ["--data", str(tmp_path), "reindex", "drop"]
    result = CliRunner().invoke(main, words, input="n\n")
    assert (result.exit_code, "Delete the index" in result.stderr) == (1, True)
