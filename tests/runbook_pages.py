"""The commands on the pages of the operations, and whether what they name exists."""

import importlib
import re
import shlex
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import click

from cli.__main__ import main
from source_tree import ROOT, SERVICES

FOLDER = ROOT / "docs" / "operations"
NOT_HERE = {"apart", "stays", "docker", "cluster", "root", "outside"}
MARKS = {"like", "fails", *NOT_HERE}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SYSTEM = _names(
    """apt-get cat cd cp curl cut date df docker du echo export fetch git grep head kill kubectl ls
    mkdir openssl printf ps python python3.11 rm sed set sh sleep sort stat systemctl tail tar
    timeout true wait ."""
)
DOCKER = _names("ps run build buildx version compose --version")
COMPOSE = _names("build config down exec logs ps pull restart run start stop up version")
KUBECTL = _names(
    """annotate apply config create delete describe diff exec get kustomize label logs
    port-forward rollout scale version wait"""
)
KINDS = ("deployment", "statefulset", "cronjob", "job", "service")
MADE = _names("before-upgrade first-backup now")
"""Jobs that a command of the pages made."""
_BLOCK = re.compile(r"^```(?P<marks>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`(paperbus\s[^`]+)`(?!`)")
_PLACE = re.compile(r"[A-Z][A-Z_]*(?:=.*)?|…")
_ASSIGNED = re.compile(r"\w+=.*", re.DOTALL)
_OBJECT = re.compile(r"^kind: (\w+)\nmetadata:\n  name: ([\w-]+)$", re.MULTILINE)
_ENDS = {"&&", "||", "|", ";", "&", "(", ")", "&&(", ")|"}


class Step(NamedTuple):
    """A command, where it stands, how it is taken, and what the page says that it shows."""

    page: str
    line: int
    marks: frozenset[str]
    command: str
    shows: list[str]

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}: {self.command}"


class Block(NamedTuple):
    page: str
    line: int
    marks: list[str]
    body: str


def pages() -> list[Path]:
    return sorted(FOLDER.glob("*.md"))


def blocks(page: Path) -> Iterator[Block]:
    """Every fenced block with the words after its fence."""
    text = page.read_text()
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 2
        yield Block(page.name, line, found["marks"].split(), found["body"])


def steps(page: Path) -> list[Step]:
    """The commands of a page, in order."""
    found: list[Step] = []
    for block in blocks(page):
        if block.marks[:1] != ["console"]:
            continue
        marks = frozenset(block.marks[1:])
        session = re.search(r"^\$ ", block.body, re.MULTILINE) is not None
        body = block.body.replace("\\\n", "\0")
        for number, joined in enumerate(body.split("\n"), start=block.line):
            line = joined.replace("\0", "\\\n")
            if line.startswith("$ ") or (line.strip() and not session):
                found.append(Step(block.page, number, marks, line.removeprefix("$ "), []))
            elif line and session and found:
                found[-1].shows.append(line)
    return found


def in_text(page: Path) -> list[str]:
    """The commands of ours that the text of a page names."""
    text = _BLOCK.sub("", page.read_text())
    return [" ".join(words.split()) for words in _SPAN.findall(text)]


def wrong(command: str, *, in_passing: bool = False) -> str:
    """What of a command line does not exist; empty when all does."""
    for words in simple(command):
        name = words[0].removeprefix(".venv/bin/") if words else ""
        if name and (problem := _program(name, words[1:], in_passing=in_passing)):
            return problem
    return ""


def simple(command: str) -> list[list[str]]:
    """A line of the shell as the commands in it, without redirections."""
    inner = [found.strip("\"'") for found in re.findall(r"\$\((.*?)\)", command)]
    plain = re.sub(r"\$\(.*?\)", "VALUE", command)
    split = shlex.shlex(plain, posix=True, punctuation_chars=True)
    split.whitespace_split = True
    found: list[list[str]] = [[]]
    skip = False
    for word in split:
        if skip:
            skip = False
        elif set(word) <= set("<>&") and set(word) & set("<>"):
            skip = True
            if found[-1] and found[-1][-1].isdigit():
                found[-1].pop()
        elif word in _ENDS:
            found.append([])
        elif found[-1] or not _ASSIGNED.fullmatch(word):
            found[-1].append(word)
    return [*found, *(words for one in inner for words in simple(one))]


def _program(name: str, words: list[str], *, in_passing: bool) -> str:
    if name == "paperbus":
        return _walked(main, words, in_passing=in_passing)
    if name in SERVICES:
        return _walked(importlib.import_module(f"{name}.__main__").main, words)
    if name in ("docker", "kubectl"):
        return _docker(words) if name == "docker" else _kubectl(words)
    if name == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        asked = [word for word in words if "=" not in word]
        return "" if asked and set(asked) <= set(targets) else f"no target {asked}"
    if name in ("python", "sh") or name.startswith("deploy/"):
        return _script(name, words)
    return "" if name in SYSTEM else f"no program {name}"


def _script(name: str, words: list[str]) -> str:
    if name == "python" and words[:1] == ["-m"]:
        top = words[1].split(".")[0]
        known = find_spec(top) or (ROOT / "deploy" / top).is_dir()
        return "" if known else f"no module {words[1]}"
    file = ROOT / (words[0] if name in ("python", "sh") else name)
    return "" if file.is_file() else f"no file {file.name}"


def _docker(words: list[str]) -> str:
    if not words or words[0] not in DOCKER:
        return f"docker has no {words[:1]}"
    if words[0] != "compose":
        return ""
    verb, *rest = [word for word in words[1:] if word not in ("-f", "compose.yaml")]
    if verb not in COMPOSE:
        return f"docker compose has no {verb}"
    plain = [word for word in rest if not word.startswith("-")]
    known = set(re.findall(r"^  ([a-z-]+):$", (ROOT / "compose.yaml").read_text(), re.MULTILINE))
    if verb in ("run", "exec"):
        service, *inner = plain
        at = rest.index(service) + 1
        if service not in known:
            return f"no service {service}"
        return _program(rest[at], rest[at + 1 :], in_passing=False) if inner else ""
    named = [word for word in plain if "=" not in word and not word.isdigit()]
    missing = set(named) - known - {"24h", "1h"}
    return f"no service {sorted(missing)}" if missing else ""


def _kubectl(words: list[str]) -> str:
    if "--" in words:
        at = words.index("--")
        outer, inner = words[:at], words[at + 1 :]
        return _kubectl(outer) or _program(inner[0], inner[1:], in_passing=False)
    plain = list(words)
    while plain and plain[0].startswith("-"):
        plain = plain[1:] if "=" in plain[0] else plain[2:]
    if not plain or plain[0] not in KUBECTL:
        return f"kubectl has no {plain[:1]}"
    return _manifests(plain)


def _manifests(words: list[str]) -> str:
    """Folders, files and what is in the cluster have to be in our manifests."""
    line = " ".join(words)
    for name in re.findall(r"(?:^kustomize | -[kf] |--from-file=)(\S+)", line):
        if name != "-" and not (ROOT / name).exists():
            return f"no file {name}"
    for kind, name in re.findall(rf"\b({'|'.join(KINDS)})[/ ]([a-z][\w-]*)", line):
        if (kind, name) not in manifests() and name not in MADE:
            return f"no {kind} {name}"
    return ""


@cache
def manifests() -> frozenset[tuple[str, str]]:
    """Kind and name of all that is applied."""
    files = (ROOT / "deploy" / "k8s").rglob("*.yaml")
    found = [one for file in files for one in _OBJECT.findall(file.read_text())]
    return frozenset((kind.lower(), name) for kind, name in found)


def _walked(at: click.Command, words: list[str], *, in_passing: bool = False) -> str:
    """Goes down the commands as click would, and says where it cannot."""
    line = " ".join(words)
    given, rest = 0, list(words)
    while rest:
        word = rest.pop(0)
        if word == "…":
            return ""
        if word.startswith("--") or re.fullmatch(r"-[a-z]", word):
            if in_passing and not rest:
                return ""
            if problem := _option(at, word, rest):
                return f"{line}: {problem}"
        elif isinstance(at, click.Group) and not given:
            found = at.get_command(click.Context(at), word)
            if found is None:
                return f"{line}: no command {word}"
            at = found
        else:
            given += 1
    if "--help" in words or "--version" in words or in_passing:
        return ""
    return f"{line}: {_arguments(at, given)}" if _arguments(at, given) else ""


def _option(at: click.Command, word: str, rest: list[str]) -> str:
    name, has_value, value = word.partition("=")
    if name == "--help":
        return ""
    options = [one for one in at.params if isinstance(one, click.Option)]
    option = next((one for one in options if name in (*one.opts, *one.secondary_opts)), None)
    if option is None:
        return f"no option {name}"
    if option.is_flag or option.count:
        return ""
    if not has_value:
        if not rest:
            return f"{name} needs a value"
        value = rest.pop(0)
    return _value(option, value)


def _value(option: click.Parameter, value: str) -> str:
    kind = option.type
    if isinstance(kind, click.Choice) and not _PLACE.fullmatch(value) and value not in kind.choices:
        return f"{option.name} may not be {value}"
    return ""


def _arguments(at: click.Command, given: int) -> str:
    if isinstance(at, click.Group) and not at.invoke_without_command:
        return "is a group"
    arguments = [one for one in at.params if isinstance(one, click.Argument)]
    least = sum(1 for one in arguments if one.required)
    many = any(one.nargs == -1 for one in arguments)
    if given < least or (given > len(arguments) and not many):
        return f"has {given} arguments"
    return ""
