"""Who is called for an incident."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.__main__ import main
from cli.contacts import Contacts, lines, problems, read, span
from common.errors import UsageError
from source_tree import ROOT

SHIPPED = ROOT / "config" / "contacts.toml"
LEVEL = "acknowledge_minutes = 5\nrespond_minutes = 60\nupdate_minutes = 90\n"
GOOD = f'[roles.first]\nname = "Ada"\nreach = "+49 1"\n[levels.P0]\nmeans = "bad"\n{LEVEL}'


def test_what_is_shipped_can_be_used() -> None:
    contacts = read(SHIPPED)
    assert list(contacts.levels) == ["P0", "P1", "P2", "P3"]
    assert contacts.levels["P0"].acknowledge_minutes == 5
    told = list(lines(contacts, "P1"))
    assert told[0].startswith("P1  ")
    assert "acknowledge within 5 minutes, respond within 1 hour, tell every 2 hours" in told[1]
    assert "nobody yet" in told[2]


def test_a_filled_in_one(tmp_path: Path) -> None:
    file = tmp_path / "contacts.toml"
    file.write_text(f'{GOOD}calls = ["first"]\n')
    assert list(lines(read(file)))[-1] == "    1. first: Ada, +49 1"
    assert list(problems(file)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'{GOOD}calls = ["second"]\n', "levels.P0.calls: no role second; known: first"),
        (f"{GOOD}calls = []\n", "length >= 1"),
        (GOOD, "calls"),
        (f'{GOOD}calls = ["first"]\nextra = 1\n', "extra"),
        ("[roles", "contacts.toml"),
        (
            f'{GOOD}calls = ["first"]\n'.replace("respond_minutes = 60", "respond_minutes = 1"),
            "levels.P0.respond_minutes: must be at least",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "contacts.toml"
    file.write_text(text)
    (problem,) = problems(file)
    assert words in str(problem)


def test_no_file_is_no_problem_but_cannot_be_shown(tmp_path: Path) -> None:
    assert list(problems(tmp_path / "none")) == []
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none")


def test_the_command() -> None:
    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["contacts", "--file", str(SHIPPED), *arguments])
        return result.exit_code, result.output

    assert run("--level", "P3")[1].startswith("P3  ")
    assert run("--level", "P9") == (2, "error: --level: P9 is none of P0, P1, P2, P3\n")
    assert '"P0"' in run("--json")[1]
    assert Contacts.__doc__


@pytest.mark.parametrize(
    ("minutes", "words"), [(5, "5 minutes"), (60, "1 hour"), (90, "90 minutes"), (2880, "2 days")]
)
def test_spans_are_told_as_people_say_them(minutes: int, words: str) -> None:
    assert span(minutes) == words
