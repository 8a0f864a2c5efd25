"""``paperbus dead`` as a person types it, without a bus."""

from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli.__main__ import main
from servers import free_port


def run(*arguments: str, **environ: Any) -> Result:
    environ.setdefault("NATS_URL", f"nats://127.0.0.1:{free_port()}")
    return CliRunner().invoke(main, ["dead", *arguments], env=environ)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("replay",), "LETTER: is missing"),
        (("drop",), "LETTER: is missing"),
        (("replay", "--dry-run"), "LETTER: is missing"),
        (("replay", "5", "--all"), "not both"),
        (("drop", "5", "--reason", "bug"), "not both"),
        (("drop", "--all", "--json"), "--yes: is needed"),
        (("list", "--since", "soon"), "since: "),
        (("replay", "--since", "soon"), "since: "),
        (("list", "--paper", "what"), "id: "),
    ],
)
def test_a_slip_is_one_line_and_exit_code_2(arguments: tuple[str, ...], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.output.startswith("error: ")
    assert words in result.output
    assert result.output.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "--service", "nobody"),
        ("list", "--limit", "0"),
        ("show",),
        ("show", "x"),
        ("show", "0"),
        ("replay", "x"),
        ("eat",),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize(
    "arguments", [("list",), ("show", "5"), ("replay", "5"), ("drop", "--all", "--yes")]
)
def test_a_bus_that_does_not_answer_is_exit_code_1(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert result.output.startswith("error: nats: ")
