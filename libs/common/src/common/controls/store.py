"""Setting, clearing and listing controls, as the operator's command does."""

from common.controls.record import Control, Kept, Place, checked, encoded, holds, kept
from common.kv import Kv


class Store:
    """The controls in KV. Methods raise Unavailable."""

    def __init__(self, kv: Kv) -> None:
        self._kv = kv

    async def put(self, place: Place, control: Control) -> None:
        """Set one; raises UsageError for a value that its kind does not know."""
        checked(place, control.value)
        await self._kv.put(place.key, encoded(control))

    async def clear(self, place: Place) -> bool:
        """Take one back; whether there was one."""
        if await self._kv.get(place.key) is None:
            return False
        await self._kv.delete(place.key)
        return True

    async def all(self, kind: str, now: str) -> list[Kept]:
        """Those of one kind that hold now, sorted; others are taken away."""
        found: list[Kept] = []
        for name, entry in await self._kv.items(f"{kind}."):
            one = kept(name, entry.value)
            if one is None:
                continue
            if holds(one.control, now):
                found.append(one)
            else:
                await self._kv.delete(name)
        return found
