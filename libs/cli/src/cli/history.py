"""Progress of all papers: first what the log already says, then live."""

from cli.progress import Progress
from common import survey, topology
from common.ledger import decode
from common.runtime import Runtime

LEDGER = f"{topology.LEDGER}.>"


async def history(runtime: Runtime) -> tuple[Progress, int]:
    """What the ledger says now, and the sequence of the last row that was read."""
    progress = Progress()
    last = 0
    async for entry in survey.revisions(runtime.js):
        progress.take(entry.row)
        last = entry.seq
    return progress, last


async def follow(runtime: Runtime, progress: Progress, last: int) -> None:
    """Keep ``progress`` up to date for ever."""
    async for fact in runtime.bus.read([LEDGER], after=last):
        progress.take(decode(fact.body))
