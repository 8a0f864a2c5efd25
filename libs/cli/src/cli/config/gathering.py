"""The settings of every program, each told by itself: a service is no part of this command."""

import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

import click
import msgspec

from cli import contacts, envfile
from cli.config import dotenv
from cli.settings import Settings
from common.configured import DEFAULT, ENVIRONMENT, FILE, Configured, Problem, Setting, configured
from common.errors import ServiceError, UsageError
from common.settings import environment
from common.topology import OPERATOR, SERVICES

CHILD_S = 120
DATA_FOLDER = "data folder"
NO_MODULE = "No module named"


class Origins(msgspec.Struct, frozen=True, kw_only=True):
    """Where values come from; the environment wins, then a file, then the data folder."""

    own: dict[str, str]
    given: dict[str, str] = {}
    file: str = ""
    folder: dict[str, str] = {}

    @property
    def environ(self) -> dict[str, str]:
        """All of it together."""
        return {**self.folder, **self.given, **self.own}

    def named(self, setting: Setting) -> str:
        """Where the value of a setting comes from, in words."""
        if setting.source == DEFAULT:
            return DEFAULT
        name = setting.name if setting.source == ENVIRONMENT else f"{setting.name}_FILE"
        by_file = f" ({name})" if setting.source == FILE else ""
        if name in self.own:
            return ENVIRONMENT + by_file
        return (self.file if name in self.given else DATA_FOLDER) + by_file


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """One setting with all programs that read it."""

    name: str
    value: str
    source: str
    default: str
    secret: bool
    services: tuple[str, ...]


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """Every program that is installed here, and the names of those that are not."""

    programs: list[Configured]
    absent: list[str]


def origins(ctx: click.Context, file: Path | None = None, *, alone: bool = False) -> Origins:
    """What a start from here would be told; ``alone`` takes nothing but the file."""
    given = dotenv.read(file) if file else {}
    if alone:
        return Origins(own={}, given=given, file=str(file))
    folder: Path = ctx.find_root().params.get("data") or Path("data")
    kept = envfile.read(folder) or envfile.read(folder / "demo")
    return Origins(own=environment(), given=given, file=str(file or ""), folder=kept)


def gather(told: Origins) -> Gathered:
    """Ask every service, all at once, and this command itself; raises ServiceError."""
    shell = {name: value for name, value in environment().items() if name in ("PATH", "HOME")}
    environ = {**shell, **told.environ}
    children = {service: _started(service, environ) for service in SERVICES}
    programs, absent = [], []
    for service, child in children.items():
        found = _answer(service, child)
        if found is None:
            absent.append(service)
        else:
            programs.append(found)
    programs.append(configured(OPERATOR, Settings, told.environ, _contacts))
    return Gathered(programs=programs, absent=absent)


def _contacts(settings: Settings) -> Iterator[UsageError]:
    """What is wrong with the list of those who are called for an incident."""
    del settings
    yield from contacts.problems()


def _started(service: str, environ: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", service, "config", "facts"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, env=dict(environ))


def _answer(service: str, child: "subprocess.Popen[bytes]") -> Configured | None:
    try:
        out, err = child.communicate(timeout=CHILD_S)
    except subprocess.TimeoutExpired as error:
        child.kill()
        child.communicate()
        raise ServiceError(f"{service} does not tell its settings") from error
    words = err.decode(errors="replace").strip()
    if child.returncode and f"{NO_MODULE} {service}" in words:
        return None
    try:
        return msgspec.json.decode(out, type=Configured)
    except msgspec.DecodeError as error:
        last = words.splitlines()[-1] if words else "no answer"
        raise ServiceError(f"{service} does not tell its settings: {last[:300]}") from error


def by_name(programs: Iterable[Configured]) -> dict[str, tuple[Setting, list[str]]]:
    """Each setting once, in the order of the programs, with those that read it."""
    found: dict[str, tuple[Setting, list[str]]] = {}
    for program in programs:
        for setting in program.settings:
            found.setdefault(setting.name, (setting, []))[1].append(program.program)
    return found


def merged(programs: list[Configured], told: Origins) -> list[Merged]:
    """Each setting once, in the order of the programs."""
    return [
        Merged(
            name=name,
            value=setting.value,
            source=told.named(setting),
            default=setting.default,
            secret=setting.secret,
            services=tuple(readers),
        )
        for name, (setting, readers) in by_name(programs).items()
    ]


def problems(found: Gathered, told: Origins) -> list[Problem]:
    """All that is wrong, each once, and names in the file that nobody reads."""
    known = {one.name: one.secret for program in found.programs for one in program.settings}
    seen = {(one.name, one.words): one for program in found.programs for one in program.problems}
    for name in told.given:
        secret = known.get(name.removesuffix("_FILE"), False)
        if found.absent or name in known or (name.endswith("_FILE") and secret):
            continue
        near = get_close_matches(name, known, 1)
        mend = f"did you mean {near[0]}?" if near else "remove it"
        words = f"is read by nobody ({told.file}); {mend}"
        seen[name, words] = Problem(name=name, words=words)
    return list(seen.values())
