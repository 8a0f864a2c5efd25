"""The nkeys of the bus's users: one file each, readable by its owner only, never shown."""

import os
from pathlib import Path

import nkeys

from common.errors import UsageError
from common.rights import USERS

SUFFIX = ".nk"
SEED_BYTES = 32


def seed_file(folder: Path, user: str) -> Path:
    """Where the seed of a user lies."""
    return folder / f"{user}{SUFFIX}"


def make(folder: Path) -> dict[str, str]:
    """The public key of every user; a seed that is not there yet is made.

    Raises UsageError for a file that holds no seed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return {user: _public(seed_file(folder, user)) for user in USERS}


def public_key(file: Path) -> str:
    """The public half of the key in a seed file; raises UsageError when there is none."""
    try:
        seed = file.read_bytes().strip()
    except OSError as error:
        raise UsageError(
            "NATS_NKEY_SEED_FILE", f"{file} cannot be read: {error.strerror}"
        ) from error
    try:
        return str(nkeys.from_seed(seed).public_key.decode())
    # The decoder stumbles over bytes that are no base32 in several ways.
    except (nkeys.NkeysError, ValueError, TypeError, IndexError) as error:
        raise UsageError(
            "NATS_NKEY_SEED_FILE",
            f"{file} does not hold the seed of an nkey; make one with `paperbus topology keys`",
        ) from error


def _public(file: Path) -> str:
    if not file.exists():
        seed = nkeys.encode_seed(os.urandom(SEED_BYTES), nkeys.PREFIX_BYTE_USER)
        fresh = file.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(seed)
        fresh.replace(file)
    return public_key(file)
