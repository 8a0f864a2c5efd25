"""Every command of ours that a container runs or a page of the operations names is there."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from cli.__main__ import main
from manifests import compose, containers
from source_tree import ROOT

PAGES = ("compose", "kubernetes")
PROGRAM = "paperbus"


def commands(words: list[str]) -> Iterator[list[str]]:
    """The commands of ours in a command line, also of those in a shell's."""
    if words[:2] == ["sh", "-c"]:
        for part in words[2].split("&&"):
            yield from commands(shlex.split(part))
        return
    for at, word in enumerate(words):
        if word == PROGRAM and (at == 0 or words[at - 1] != "--namespace"):
            yield words[at + 1 :]
            return


def unknown(words: list[str]) -> str:
    """What is wrong with a command line; empty when nothing is."""
    at: click.Command = main
    for word in words:
        options = {name for one in at.params for name in (*one.opts, *one.secondary_opts)}
        if word.startswith("--"):
            if word.partition("=")[0] not in options | {"--help"}:
                return f"{' '.join(words)}: no option {word}"
        elif isinstance(at, click.Group):
            found = at.get_command(click.Context(at), word)
            if found is None:
                return f"{' '.join(words)}: no command {word}"
            at = found
    return "" if not isinstance(at, click.Group) else f"{' '.join(words)}: is a group"


def in_manifests() -> list[list[str]]:
    found = [one.get("command", []) for one in compose()["services"].values()]
    found += [one.get("command", []) for _, _, one in containers("prod")]
    return [words for line in found for words in commands([str(word) for word in line])]


def test_every_command_of_a_container_is_there() -> None:
    found = in_manifests()
    assert ["topology", "apply"] in found
    assert not list(filter(None, map(unknown, found)))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_is_there(page: str) -> None:
    text = (ROOT / f"docs/operations/{page}.md").read_text()
    blocks = re.findall(r"^```console[ a-z]*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    asked = [shlex.split(line, comments=True) for line in lines]
    found = [words for line in asked for words in commands(line)]
    assert found
    assert not list(filter(None, map(unknown, found)))


@pytest.mark.parametrize("page", PAGES)
def test_every_file_a_page_names_is_there(page: str) -> None:
    text = (ROOT / f"docs/operations/{page}.md").read_text()
    named = set(re.findall(r"\b(?:deploy|docs|config)/[\w./-]*\w", text))
    missing = [name for name in sorted(named) if not (ROOT / name).exists()]
    assert not missing


def test_the_check_can_fail() -> None:
    assert "no command" in unknown(["topologie", "apply"])
    assert "no option" in unknown(["topology", "apply", "--fast"])
