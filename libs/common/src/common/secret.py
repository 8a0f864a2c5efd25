"""A setting that must never be shown."""

import hmac

from common.errors import UsageError


class Secret:
    """A secret text; only ``reveal`` gives it away, printing and encoding show ``***``."""

    __slots__ = ("_value",)

    def __init__(self, value: str = "") -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself; call it only where it is used."""
        return self._value

    def check(self, name: str, *, least_bytes: int) -> None:
        """Raise UsageError naming the variable when there is one and it is too short."""
        size = len(self._value.encode())
        if 0 < size < least_bytes:
            raise UsageError(
                name,
                f"has {size} bytes, at least {least_bytes} are needed; "
                "make one with `openssl rand -base64 33`",
            )

    def is_bearer(self, header: str) -> bool:
        """Whether an ``Authorization`` header carries it; an empty one fits nothing."""
        scheme, _, token = header.partition(" ")
        known = scheme.lower() == "bearer" and bool(self._value)
        return known and hmac.compare_digest(token.strip().encode(), self._value.encode())

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('***')" if self._value else "Secret('')"

    def __str__(self) -> str:
        return "***" if self._value else ""
