"""The few fields of rows and facts that the audit looks at, decoded without the rest."""

import msgspec

from common import topology
from common.events import Event, PaperAnnounced


class Ref(msgspec.Struct, frozen=True):
    """Where a body lies, as a fact says."""

    key: str
    sha256: str
    size_bytes: int


class Fact(msgspec.Struct, frozen=True):
    """Any fact about a paper."""

    paper: str
    version: int
    epoch: int = 0
    pdf: Ref | None = None
    text: Ref | None = None
    summary: Ref | None = None
    passages: int = 0
    recipe: str = ""
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0

    @property
    def refs(self) -> tuple[Ref, ...]:
        """The bodies it names."""
        return tuple(ref for ref in (self.pdf, self.text, self.summary) if ref is not None)


class RowHead(msgspec.Struct, frozen=True):
    """What a ledger row says about its state."""

    paper: str
    row: str
    state: str
    version: int
    epoch: int = 0
    reason: str = ""


STATES = {consumer.row: consumer.states for consumer in topology.CONSUMERS if consumer.states}
"""Row and the fact that it justifies when it is done."""
CAUSES: dict[str, str] = {kind.subject: row for row, kind in STATES.items() if kind and row}
"""Fact and the row that justifies it."""
CAUSES[PaperAnnounced.subject] = "fetcher"

read_row = msgspec.json.Decoder(RowHead).decode
read_fact = msgspec.json.Decoder(Fact).decode
read_event = msgspec.json.Decoder(Event).decode


def fact_of(row: RowHead) -> str:
    """Subject of the fact that must lie beside a row; empty when there is none."""
    if row.state == "announced":
        return PaperAnnounced.subject
    kind = STATES.get(row.row) if row.state == "done" else None
    return kind.subject if kind else ""
