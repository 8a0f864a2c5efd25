"""Whether the jobs are worth reading: all of them are only read when one has changed."""

from gateway.bucket import Kv

REST = 15
"""After so many looks they are read anyway: some are due by the clock, and a replica of the bucket
may have been behind."""


class News:
    """What one reader of the bucket has seen."""

    def __init__(self, kv: Kv) -> None:
        self._kv = kv
        self._revision, self._rest = -1, 0

    async def is_there(self) -> bool:
        """Whether to read now; raises Unavailable."""
        revision = await self._kv.revision()
        if revision == self._revision and self._rest:
            self._rest -= 1
            return False
        self._revision, self._rest = revision, REST
        return True

    def forget(self) -> None:
        """Read at the next look, whatever it says."""
        self._rest = 0
