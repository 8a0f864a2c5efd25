"""Runs of the reconciliation, as KV ``reconciles`` keeps them; the indexer alone writes them."""

from typing import Literal

import msgspec

BUCKET = "reconciles"
RUN = "run"
"""First part of the keys."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run; times are RFC 3339 UTC."""

    id: str
    state: Literal["running", "ok", "failed"] = "running"
    stage: str = ""
    dry_run: bool = False
    started: str = ""
    ended: str = ""
    papers: int = 0
    objects: int = 0
    indexed: int = 0
    """Papers the index has points of."""
    found: dict[str, int] = {}
    mended: dict[str, int] = {}
    left: dict[str, int] = {}
    """Found, and not mended: nobody could, or it takes longer than the run."""
    examples: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether nothing is wrong now."""
        wrong = self.found if self.dry_run else self.left
        return self.state == "ok" and not wrong
