"""Every command of ours that a container runs is there, and so are the files of the pages."""

import re
import shlex

import pytest

from manifests import compose, containers
from runbook_pages import wrong
from source_tree import ROOT

PAGES = ("compose", "kubernetes")
PROGRAM = "paperbus"


def in_manifests() -> list[str]:
    """As lines of the shell."""
    found = [one.get("command", []) for one in compose()["services"].values()]
    found += [one.get("command", []) for _, _, one in containers("prod")]
    lines = [w[2] if w[:2] == ["sh", "-c"] else shlex.join(map(str, w)) for w in found]
    return [line for line in lines if PROGRAM in shlex.split(line)]


def test_every_command_of_a_container_is_there() -> None:
    found = in_manifests()
    assert "paperbus topology apply && paperbus migrate run" in found
    assert not list(filter(None, map(wrong, found)))


@pytest.mark.parametrize("page", PAGES)
def test_every_file_a_page_names_is_there(page: str) -> None:
    text = (ROOT / f"docs/operations/{page}.md").read_text()
    named = set(re.findall(r"\b(?:deploy|docs|config)/[\w./-]*\w", text))
    missing = [name for name in sorted(named) if not (ROOT / name).exists()]
    assert not missing
