"""Dead letters as they are asked for and told."""

from typing import Annotated

import msgspec
from msgspec import Meta

from common.letters.letter import Letter
from common.letters.replaying import Outcome
from common.letters.which import Which

MAX_LETTERS = 1000
Text = Annotated[str, Meta(max_length=300)]
Seq = Annotated[int, Meta(ge=1, le=2**63 - 1)]


class DeadList(msgspec.Struct, frozen=True, kw_only=True):
    """Dead letters, the longest waiting first."""

    items: list[Letter]
    next_cursor: str | None = None
    next: str | None = None


class DeadView(Letter, frozen=True, kw_only=True):
    """One dead letter with its body."""

    body: str
    """Indented JSON, or as much of a text as it is."""


class DeadOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which letters to replay or drop: named, chosen by filters, or all."""

    letters: Annotated[tuple[Seq, ...], Meta(max_length=MAX_LETTERS)] = ()
    service: Text = ""
    kind: Text = msgspec.field(name="class", default="")
    reason: Text = ""
    since: Annotated[str, Meta(max_length=40, examples=["2h", "2026-07-14"])] = ""
    feed: Text = ""
    paper: Text = ""
    all: bool = False
    dry_run: bool = False

    @property
    def which(self) -> Which:
        """The filters."""
        return Which(**{name: getattr(self, name) for name in Which.__struct_fields__})


class DeadEnds(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each letter."""

    dry_run: bool
    outcomes: list[Outcome]
    more: bool
    """Whether more letters fit than are taken at once; ask again for those."""
