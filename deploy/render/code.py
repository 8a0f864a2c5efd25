"""What the code itself says: the settings, secrets, stores and durables of each worker."""

import importlib
from functools import cache

import msgspec

from common import settings, topology
from common.settings import Variable
from render.fleet import package_of

STORES = {"NATS_URL": "nats", "S3_URL": "objects", "QDRANT_URL": "qdrant"}
"""A worker that has the setting talks to the store."""
SEED = "NATS_NKEY_SEED_FILE"


@cache
def variables_of(worker: str) -> tuple[Variable, ...]:
    """Every variable a worker reads, by name."""
    kind: type[msgspec.Struct] = importlib.import_module(f"{package_of(worker)}.settings").Settings
    found = {variable.name: variable for variable in settings.variables(kind)}
    return tuple(found[name] for name in sorted(found))


def names_of(worker: str) -> frozenset[str]:
    """The names of those variables, with NAME_FILE for each secret."""
    names = {variable.name for variable in variables_of(worker)}
    return frozenset(names | {f"{secret.upper()}_FILE" for secret in secrets_of(worker)})


def secrets_of(worker: str) -> tuple[str, ...]:
    """The secret settings of a worker, in lower case as the files are named."""
    return tuple(v.name.lower() for v in variables_of(worker) if v.secret)


def all_secrets() -> tuple[str, ...]:
    """The secret settings of all workers."""
    return tuple(sorted({name for worker in topology.WORKERS for name in secrets_of(worker)}))


def stores_of(worker: str) -> tuple[str, ...]:
    """The stores a worker talks to."""
    names = names_of(worker)
    return tuple(store for name, store in STORES.items() if name in names)
