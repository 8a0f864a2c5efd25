"""Where a rebuild is kept, so that the same command goes on with it."""

import msgspec

from cli.rebuild.selection import Selection
from common.kv import Kv, key

BUCKET = "rebuilds"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A rebuild that was begun; a row written after ``after_seq`` was redone by it."""

    after_seq: int
    started: str
    ended: str = ""


class Runs:
    """The runs of one projection and selection."""

    def __init__(self, bucket: Kv, projection: str, selection: Selection) -> None:
        self._bucket = bucket
        self._key = f"{key(projection)}.{selection.name}"

    async def unfinished(self) -> Run | None:
        """The run that was begun and has not ended."""
        entry = await self._bucket.get(self._key)
        run = None if entry is None else msgspec.json.decode(entry.value, type=Run)
        return None if run is None or run.ended else run

    async def write(self, run: Run) -> None:
        """Keep this state of it."""
        await self._bucket.put(self._key, msgspec.json.encode(run))
