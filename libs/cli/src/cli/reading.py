"""Reads the log from its beginning to where it ends now."""

from collections.abc import AsyncIterator, Sequence

from common.bus import Bus, Fact


async def whole(bus: Bus, subjects: Sequence[str]) -> AsyncIterator[Fact]:
    """Every message on ``subjects`` that the log holds at this moment.

    ``subjects`` must include the newest message of the log, or the reader would wait for it;
    pass all subjects of the stream.
    """
    last = await bus.last_seq()
    if last == 0:
        return
    async for fact in bus.read(subjects):
        yield fact
        if fact.seq >= last:
            return
