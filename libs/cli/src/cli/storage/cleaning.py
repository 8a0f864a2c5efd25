"""``storage cleanup``: what is past its time, class by class, and taking it away."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from cli.settings import Settings
from cli.storage import logs, sweeping
from cli.storage.holding import LOGS
from cli.storage.sample import age_days
from cli.storage.superseded import superseded
from cli.storage.sweeping import Past
from common import jobs
from common.events import TidyRequested
from common.runtime import Runtime
from common.topology import DAY_S

Class = Literal["logs", "records", "deliveries", "jobs", "orphans", "superseded-pdfs"]
State = Literal["would go", "removed", "moved", "asked", "stays", "not here"]
JOBS_DAYS = 7.0
"""As the gateway does by itself unless GATEWAY_JOBS_KEPT_DAYS says otherwise."""


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One class of things past their time, and what became of them."""

    name: str
    what: str
    """In plain words, with their age."""
    state: State
    count: int = 0
    size_bytes: int = 0


class Cleaning:
    """The classes over one system; ``acts`` False only looks. Methods raise Unavailable."""

    def __init__(self, runtime: Runtime, settings: Settings, *, acts: bool) -> None:
        self._runtime = runtime
        self._settings = settings
        self._acts = acts
        self._now = datetime.now(UTC)

    async def run(self, name: Class) -> Piece:
        """One class; raises Terminal too."""
        return await CLASSES[name](self)

    async def _of_logs(self) -> Piece:
        days = self._settings.storage.storage_keep_logs_days
        what = f"compressed logs older than {days} days"
        if not self._settings.doctor.data_dir:
            return Piece(name="logs", what=f"{what}: DATA_DIR names no folder", state="not here")
        folder = Path(self._settings.doctor.data_dir) / LOGS
        before_s = time.time() - days * DAY_S
        found = await asyncio.to_thread(logs.compressed, folder, before_s=before_s)
        size = sum(file.size_bytes for file in found)
        if self._acts:
            size = await asyncio.to_thread(logs.remove, found)
        return self._piece("logs", what, len(found), size)

    async def _of_records(self) -> Piece:
        days = self._settings.storage.storage_keep_records_days
        what = f"records of doctor, reports and notices older than {days} days"
        return await self._swept("records", what, sweeping.records(days))

    async def _of_deliveries(self) -> Piece:
        days = self._settings.storage.storage_keep_deliveries_days
        what = f"records of deliveries that ended more than {days} days ago"
        return await self._swept("deliveries", what, sweeping.deliveries(days))

    async def _swept(self, name: Class, what: str, places: list[Past]) -> Piece:
        js = self._runtime.js
        found = await sweeping.find(js, places, self._now)
        if self._acts:
            found = await sweeping.take_out(js, found)
        return self._piece(name, what, len(found), sum(old.size_bytes for old in found))

    async def _of_jobs(self) -> Piece:
        """The gateway alone writes jobs, so it is asked."""
        items = await self._runtime.kv(jobs.BUCKET).items(jobs.PREFIX)
        sizes = [len(entry.value) for _, entry in items if self._is_past(entry.value)]
        what = f"jobs that ended more than {JOBS_DAYS:.0f} days ago; the gateway forgets them"
        if not self._acts:
            return self._piece("jobs", what, len(sizes), sum(sizes))
        await self._runtime.bus.request(TidyRequested())
        return Piece(name="jobs", what=what, state="asked", count=len(sizes))

    def _is_past(self, body: bytes) -> bool:
        job = jobs.decode(body)
        return bool(job and job.ended and age_days(job.ended, self._now) > JOBS_DAYS)

    async def _of_orphans(self) -> Piece:
        # Late: the clients of the stores cost a second that the other classes need not pay.
        from cli.audit import tidying
        from cli.audit.gather import gather
        from cli.audit.options import Options
        from cli.audit.store import orphaned
        from cli.audit.watching import Watching
        from common import objects

        with Watching() as watching:
            seen = await gather(self._runtime, self._settings, Options(bodies=1), watching)
        old_s = seen.began_s - tidying.AGE_S
        there = [seen.store.objects[key] for key in orphaned(seen)]
        found = [one for one in there if one.changed_s <= old_s]
        if self._acts:
            found = await tidying.tidy(seen, objects.connect(self._settings.objects))
        what = "objects older than a day that belong to nothing, as the audit finds them"
        return self._piece("orphans", what, len(found), sum(one.size_bytes for one in found))

    async def _of_superseded(self) -> Piece:
        """Facts of the log name them, and the audit proves that what facts name is there."""
        found = await superseded(self._runtime)
        what = "PDFs that a newer version replaced; the log names them; see `storage archive`"
        count, size = len(found), sum(found.values())
        return Piece(name="superseded-pdfs", what=what, state="stays", count=count, size_bytes=size)

    def _piece(self, name: Class, what: str, count: int, size_bytes: int) -> Piece:
        state: State = "removed" if self._acts else "would go"
        return Piece(name=name, what=what, state=state, count=count, size_bytes=size_bytes)


CLASSES: dict[Class, Callable[[Cleaning], Awaitable[Piece]]] = {
    "logs": Cleaning._of_logs,
    "records": Cleaning._of_records,
    "deliveries": Cleaning._of_deliveries,
    "jobs": Cleaning._of_jobs,
    "orphans": Cleaning._of_orphans,
    "superseded-pdfs": Cleaning._of_superseded,
}
"""In the order in which they are looked at, the quick ones first."""
