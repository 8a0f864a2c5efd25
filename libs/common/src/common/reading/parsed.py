"""What reading a PDF gives: passages, or the reason why there are none."""

import msgspec

from common.texts import Passage


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one PDF may cost (rule X3)."""

    memory_bytes: int = 1 << 30
    cpu_s: int = 60
    wall_s: int = 90
    pages: int = 2000
    passages: int = 600
    pdf_bytes: int = 64 << 20
    output_bytes: int = 32 << 20


class Parsed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The text of one PDF; without passages ``problem`` says why in plain words."""

    passages: tuple[Passage, ...] = ()
    references: str = ""
    pages: int = 0
    problem: str = ""
    reason: str = ""
    """One word for counting, such as ``encrypted``; empty when there is text."""
    notes: tuple[str, ...] = ()
    extractor: str = ""


def unreadable(reason: str, problem: str, *, pages: int = 0) -> Parsed:
    """The outcome of a PDF that gives no text."""
    return Parsed(reason=reason, problem=problem, pages=pages)
