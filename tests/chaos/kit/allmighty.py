"""A user of the bus who may do everything: faults are done by nobody who has rights."""

import os
from pathlib import Path

import nkeys

from common import buskeys

NAME = "chaos"


def admit(data: Path) -> Path:
    """Let the server of a data folder know the user, once it has read its files again."""
    seed = buskeys.seed_file(data / "keys", NAME)
    if not seed.exists():
        made = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
        seed.touch(mode=0o600)
        seed.write_bytes(made)
    users = data / "nats" / "users.conf"
    user = f"    {{ nkey: {buskeys.public_key(seed)} }}\n  ]\n}}\n"
    users.write_text(users.read_text().rstrip().removesuffix("}").rstrip().removesuffix("]") + user)
    return seed
