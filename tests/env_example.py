"""``python tests/env_example.py > .env.example``: every variable of every settings struct."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from common import topology
from common.settings import Variable, variables

PACKAGES = (*topology.SERVICES, "cli")
HEAD = """\
# Every setting of paperbus, with its default. Copy this file to .env and change what you need;
# an empty value counts as not set. Values marked "secret" may be given by file: NAME_FILE=path.
"""


def settings_of(package: str) -> type[msgspec.Struct]:
    """The settings struct of one package."""
    found: type[msgspec.Struct] = importlib.import_module(f"{package}.settings").Settings
    return found


def sections() -> Iterator[tuple[str, list[Variable]]]:
    """What is shared by several packages first, then what each has alone."""
    readers: dict[str, list[str]] = {}
    known: dict[str, Variable] = {}
    for package in PACKAGES:
        for variable in variables(settings_of(package)):
            readers.setdefault(variable.name, []).append(package)
            known.setdefault(variable.name, variable)
    yield "shared", [known[name] for name, by in readers.items() if len(by) > 1]
    for package in PACKAGES:
        yield package, [known[name] for name, by in readers.items() if by == [package]]


def text() -> str:
    """The whole file."""
    lines = [HEAD]
    for title, found in sections():
        if found:
            lines.append(f"# {title.upper()}\n")
        for variable in found:
            marks = " (secret)" * variable.secret + " (required)" * variable.required
            lines.append(f"# {variable.text}{marks}\n{variable.name}={variable.default}\n")
    return "\n".join(lines)


def shown(path: Path) -> dict[str, str]:
    """The variables a file sets."""
    lines = path.read_text().splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


if __name__ == "__main__":
    sys.stdout.write(text())
