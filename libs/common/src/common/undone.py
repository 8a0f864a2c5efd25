"""What a row says after the work of a cancelled job: the same as before."""

from typing import TypeVar

import msgspec

from common.events import Event
from common.handlers import Done
from common.ledger import Entry, result_as

E = TypeVar("E", bound=Event)


def as_it_was(entry: Entry | None, event: Event, kind: type[E]) -> E | Done:
    """The result from before, as if nothing had been asked; Done when there was none."""
    before: E | None = None
    if entry is not None and entry.row.state == "done" and entry.row.version == event.version:
        before = result_as(entry, kind)
    if before is not None:
        return msgspec.structs.replace(before, epoch=event.epoch)
    return Done(notes=("cancelled with its job",))
