"""``paperbus replay``: what it refuses."""

import pytest
from click.testing import CliRunner

from cli.__main__ import main

REFUSED = [
    ([], "--projection"),
    (["--projection", "moon"], "moon"),
    (["--projection", "index", "--since", "yesterday"], "--since"),
    (["--projection", "index", "--until", "2026-13-01"], "--until"),
    (["--projection", "index", "--paper", "?"], "id"),
    (["--projection", "index", "--in-flight", "0"], "--in-flight"),
]


@pytest.mark.parametrize(("arguments", "named"), REFUSED)
def test_bad_input_is_named(arguments: list[str], named: str) -> None:
    result = CliRunner().invoke(main, ["replay", *arguments])
    assert result.exit_code == 2
    assert named in result.output.lower()


def test_a_bus_that_is_away_is_told_in_one_line() -> None:
    result = CliRunner().invoke(
        main, ["replay", "--projection", "index"], env={"NATS_URL": "nats://127.0.0.1:9"}
    )
    assert result.exit_code == 1
    assert "cannot connect" in result.output
