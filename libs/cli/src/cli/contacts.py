"""``paperbus contacts``: who is called for an incident, how fast, in which order."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import click
import msgspec
from msgspec import Meta

from common.commands import fail_clearly
from common.configured import refused
from common.errors import UsageError

FILE = Path("config/contacts.toml")
NOBODY = "nobody yet: fill in config/contacts.toml"
Minutes = Annotated[int, Meta(ge=1, le=10_080)]


class Role(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody to be called."""

    does: str = ""
    """What this role does in an incident."""
    name: str = ""
    reach: str = ""
    """Telephone, mail or chat: what is answered at night, too."""


class Level(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How bad an incident is, and what follows from it."""

    means: str
    acknowledge_minutes: Minutes
    """Until somebody says that they look."""
    respond_minutes: Minutes
    """Until somebody works on it."""
    update_minutes: Minutes
    """How often those concerned are told."""
    calls: Annotated[tuple[str, ...], Meta(min_length=1)]
    """Roles, in the order in which they are called; the next when one does not answer."""


class Contacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    roles: dict[str, Role]
    levels: dict[str, Level]


def read(path: Path) -> Contacts:
    """The file, checked; raises UsageError naming it and the mend."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        contacts = msgspec.convert(found, Contacts)
    except OSError as error:
        raise UsageError(str(path), f"cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise UsageError(str(path), str(error)) from error
    for name, level in contacts.levels.items():
        for role in level.calls:
            if role not in contacts.roles:
                known = ", ".join(contacts.roles)
                raise UsageError(f"{path}: levels.{name}.calls", f"no role {role}; known: {known}")
        if level.respond_minutes < level.acknowledge_minutes:
            words = f"must be at least acknowledge_minutes ({level.acknowledge_minutes})"
            raise UsageError(f"{path}: levels.{name}.respond_minutes", words)
    return contacts


def problems(path: Path = FILE) -> Iterator[UsageError]:
    """What is wrong with the file; nothing when there is none."""
    if path.exists():
        yield from refused(lambda: read(path))


def lines(contacts: Contacts, only: str = "") -> Iterator[str]:
    """Each level with those it calls; pure."""
    for name, level in contacts.levels.items():
        if only in ("", name):
            yield f"{name}  {level.means}"
            yield (
                f"    acknowledge within {span(level.acknowledge_minutes)}, respond within "
                f"{span(level.respond_minutes)}, tell every {span(level.update_minutes)}"
            )
            for number, role in enumerate(level.calls, start=1):
                yield f"    {number}. {role}: {_who(contacts.roles[role])}"


def span(minutes: int) -> str:
    """Minutes as people say them."""
    for size, name in ((1440, "day"), (60, "hour")):
        if minutes % size == 0:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{minutes} minutes"


def _who(role: Role) -> str:
    return ", ".join(part for part in (role.name, role.reach) if part) or NOBODY


@click.command("contacts")
@click.option("--level", default="", help="Only this level, such as P1.")
@click.option("--file", type=click.Path(path_type=Path), default=FILE, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@fail_clearly
def command(level: str, file: Path, as_json: bool) -> None:
    """Show who is called for an incident of each level, and how fast; needs no server."""
    contacts = read(file)
    if level and level not in contacts.levels:
        raise UsageError("--level", f"{level} is none of {', '.join(contacts.levels)}")
    if as_json:
        click.echo(msgspec.json.encode(contacts).decode())
        return
    for line in lines(contacts, level):
        click.echo(line)
