"""The users of the bus and their rights as a part of nats.conf."""

from collections.abc import Iterator, Mapping

from common.rights import USERS, Rights, rights_of

HEADER = "# Made by `paperbus topology rights` from the topology; do not edit by hand."


def variable(user: str) -> str:
    """The variable that holds a user's public key where none is given."""
    return f"PAPERBUS_NKEY_{user.upper()}"


def users(keys: Mapping[str, str] | None = None) -> str:
    """The ``authorization`` block; without ``keys`` the server reads them from its environment."""
    blocks = "".join(_user(user, keys[user] if keys else f"${variable(user)}") for user in USERS)
    return f"{HEADER}\nauthorization {{\n  timeout: 5\n  users: [\n{blocks}  ]\n}}\n"


def _user(user: str, key: str) -> str:
    return "\n".join(("    {", f"      # {user}", *_lines(key, rights_of(user)), "    }\n"))


def _lines(key: str, rights: Rights) -> Iterator[str]:
    yield f"      nkey: {key}"
    yield "      permissions: {"
    yield "        publish: {"
    yield from _list("allow", rights.publish)
    yield from _list("deny", rights.deny)
    yield "        }"
    yield "        subscribe: {"
    yield from _list("allow", rights.subscribe)
    yield "        }"
    yield "      }"


def _list(name: str, subjects: tuple[str, ...]) -> Iterator[str]:
    yield f"          {name}: ["
    yield from (f'            "{subject}"' for subject in subjects)
    yield "          ]"
