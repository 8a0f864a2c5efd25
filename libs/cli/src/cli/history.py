"""Progress of all papers: first what the log already says, then live."""

from cli.progress import Progress
from cli.reading import whole
from common import topology
from common.bus import Bus
from common.ledger import decode

LEDGER = f"{topology.LEDGER}.>"


async def history(bus: Bus) -> tuple[Progress, int]:
    """What the log says now, and up to which sequence it was read."""
    progress = Progress()
    last = 0
    async for fact in whole(bus, topology.STREAMS[0].subjects):
        last = fact.seq
        if fact.subject.startswith(f"{topology.LEDGER}."):
            progress.take(decode(fact.body))
    return progress, last


async def follow(bus: Bus, progress: Progress, last: int) -> None:
    """Keep ``progress`` up to date for ever."""
    async for fact in bus.read([LEDGER], after=last):
        progress.take(decode(fact.body))
