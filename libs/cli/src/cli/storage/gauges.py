"""What the operator's worker tells of storage; it goes into emergency mode by itself."""

import asyncio

import structlog

from cli.census.settings import pairs
from cli.census.sheet import Found
from cli.settings import Settings
from cli.storage import emergency, sample
from cli.storage.settings import checked
from cli.storage.survey import fullest, of_disks
from common.controls.record import BUCKET as CONTROLS
from common.controls.store import Store
from common.ids import now
from common.runtime import Runtime

log = structlog.get_logger("paperbus")


class StoragePart:
    """A part of the census. Raises Unavailable; UsageError for a wrong setting at once."""

    def __init__(self, runtime: Runtime, settings: Settings) -> None:
        self._runtime = runtime
        self._own = checked(settings.storage)
        self._volumes = pairs("CENSUS_VOLUMES", settings.census.census_volumes)

    async def look(self) -> Found:
        """How full the disks are, and what was stored when it was last noted."""
        disks = await asyncio.to_thread(of_disks, self._volumes)
        volume, used = fullest(disks)
        controls = Store(self._runtime.kv(CONTROLS))
        step, is_on = await emergency.watch(controls, volume, used, now=now(), own=self._own)
        if step != "stay":
            log.warning("emergency_mode", on=is_on, volume=volume, used_ratio=round(used, 3))
        newest = await sample.newest(self._runtime.js)
        found: Found = {"emergency_mode": {(): int(is_on)}}
        if newest:
            found["storage_bytes"] = of_sample(newest)
        return found


def of_sample(newest: sample.Sample) -> dict[tuple[str, ...], float]:
    """Bytes by store and class; pure."""
    return {
        (store, name): float(size)
        for store, sizes in newest.sizes.items()
        for name, size in sizes.items()
    }
