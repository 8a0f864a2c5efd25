"""What a person may choose about an audit."""

from typing import NamedTuple

QUIESCENCE_S = 120.0
BODIES = 1000


class Options(NamedTuple):
    """What a person chose."""

    quiescence_s: float = QUIESCENCE_S
    """How long work may take before it counts as stuck."""
    bodies: int = BODIES
    """How many bodies are read and hashed, chosen by chance; 0 for all."""
    accepted: tuple[str, ...] = ()
    """Papers that clients were promised."""
    secrets: tuple[tuple[str, str], ...] = ()
    """Name and value of what must not be found anywhere."""
    tidy: bool = False
    """Take out bodies that belong to nothing."""
