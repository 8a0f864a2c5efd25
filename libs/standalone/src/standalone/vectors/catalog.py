"""The catalogue: which collections and aliases there are, in one file that changes atomically."""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from standalone.vectors.config import CollectionConfig
from standalone.vectors.durable import write_atomically
from standalone.vectors.errors import RequestError, conflict, no_collection, not_found, wrong_input

_FORBIDDEN = frozenset('<>:"/\\|?*\0')


class Entry(Struct):
    """A collection: the folder of its shard, how it is configured and indexed."""

    folder: str
    config: CollectionConfig
    indexes: dict[str, dict[str, Any]] = {}


class Catalog(Struct):
    """Everything that is not in a shard."""

    collections: dict[str, Entry] = {}
    aliases: dict[str, str] = {}

    def resolve(self, name: str) -> str:
        """The collection of a name or alias. Raises RequestError."""
        target = self.aliases.get(name, name)
        if target not in self.collections:
            raise no_collection(name)
        return target

    def check_new(self, name: str) -> None:
        """Raise RequestError unless a collection may get this name."""
        if not 0 < len(name.encode()) <= 255 or _FORBIDDEN & set(name):
            raise RequestError(f"Validation error: collection name `{name}` is not allowed", 422)
        if name in self.collections:
            raise conflict(f"Collection `{name}` already exists!")
        if name in self.aliases:
            raise conflict(f"Alias `{name}` already exists!")

    def save(self, path: Path) -> None:
        """Write the file."""
        write_atomically(path, msgspec.json.format(msgspec.json.encode(self), indent=1))

    def copy(self) -> "Catalog":
        """A copy whose aliases can be changed on trial."""
        return Catalog(dict(self.collections), dict(self.aliases))


def load_catalog(path: Path) -> Catalog:
    """The catalogue of a data folder; an empty one where there is none. Raises RequestError."""
    if not path.exists():
        return Catalog()
    try:
        return msgspec.json.decode(path.read_bytes(), type=Catalog)
    except msgspec.MsgspecError as error:
        raise RequestError(f"{path.name} is damaged: {error}", 500) from error


class AliasTarget(Struct):
    """An alias and its collection."""

    collection_name: str
    alias_name: str


class AliasName(Struct):
    """An alias."""

    alias_name: str


class AliasRename(Struct):
    """An alias and its new name."""

    old_alias_name: str
    new_alias_name: str


class AliasAction(Struct, forbid_unknown_fields=True):
    """One change of an alias."""

    create_alias: AliasTarget | None = None
    delete_alias: AliasName | None = None
    rename_alias: AliasRename | None = None


class AliasActions(Struct):
    """Changes that happen together or not at all."""

    actions: list[AliasAction]


def changed_aliases(catalog: Catalog, actions: list[AliasAction]) -> dict[str, str]:
    """The aliases after the changes. Raises RequestError, and then nothing is changed."""
    trial = catalog.copy()
    for action in actions:
        _change(trial, action)
    return trial.aliases


def _change(trial: Catalog, action: AliasAction) -> None:
    if create := action.create_alias:
        if create.collection_name not in trial.collections:
            raise no_collection(create.collection_name)
        _check_alias(trial, create.alias_name)
        trial.aliases[create.alias_name] = create.collection_name
    elif remove := action.delete_alias:
        trial.aliases.pop(remove.alias_name, None)
    elif rename := action.rename_alias:
        if rename.old_alias_name not in trial.aliases:
            raise not_found(f"Alias {rename.old_alias_name} does not exists!")
        _check_alias(trial, rename.new_alias_name)
        trial.aliases[rename.new_alias_name] = trial.aliases.pop(rename.old_alias_name)
    else:
        raise wrong_input("an alias action is create_alias, delete_alias or rename_alias")


def _check_alias(trial: Catalog, name: str) -> None:
    if name in trial.collections:
        raise conflict(f"Collection `{name}` already exists!")
