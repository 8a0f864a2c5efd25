"""What runs leave behind: feeds, schedules, backups, reconciliations, surveys of what is stored."""

from collections.abc import Iterable, Mapping

import msgspec

from cli.backup.record import Record as Backup
from cli.census.sheet import Found
from cli.reconciles import newest as newest_reconcile
from cli.schedule import last
from cli.schedule.last import FETCH, Last
from common import reconciles
from common.ids import parse_time
from common.kv import Entry, parts_of
from common.runtime import Runtime
from common.schedules import keeping
from common.schedules.schedule import Kept

OPERATIONS, SOURCES = "operations", "sources"


class Day(msgspec.Struct, frozen=True):
    """Completeness of one announcement day, as the fetcher keeps it."""

    announced: int = 0
    in_ledger: int = 0


class RecordsPart:
    """Reads the buckets in which runs leave their records. Raises Unavailable."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def look(self) -> Found:
        """All gauges of what ran."""
        runtime = self._runtime
        ran = await last.gather(runtime)
        return {
            **of_runs(ran, await keeping.read_all(runtime.js)),
            **of_days(await runtime.kv(SOURCES).items("day.")),
            **of_backups(await runtime.kv(OPERATIONS).items("backup.")),
            **of_reconcile(await newest_reconcile(runtime.kv(reconciles.BUCKET)), ran),
        }


def of_runs(ran: Mapping[str, Last], kept: Iterable[Kept]) -> Found:
    """Feeds and schedules; what never ended well is absent."""
    good = {name: parse_time(one.good).timestamp() for name, one in ran.items() if one.good}
    fetched = f"{FETCH}-"
    return {
        "harvest_last_timestamp_seconds": {
            (name.removeprefix(fetched),): at
            for name, at in good.items()
            if name.startswith(fetched)
        },
        "schedule_last_success_timestamp_seconds": {(name,): at for name, at in good.items()},
        "schedule_paused": {(one.schedule.name,): int(one.schedule.paused) for one in kept},
    }


def of_days(items: Iterable[tuple[str, Entry]]) -> Found:
    """The newest announcement day of each source on which there was something."""
    found: dict[str, tuple[str, float]] = {}
    for name, entry in items:
        _, source, day = parts_of(name)
        state = msgspec.json.decode(entry.value, type=Day)
        if state.announced and day > found.get(source, ("", 0))[0]:
            found[source] = (day, state.in_ledger / state.announced)
    return {"coverage_ratio": {(source,): share for source, (_, share) in found.items()}}


def of_backups(items: Iterable[tuple[str, Entry]]) -> Found:
    """The newest one that was made."""
    made = [msgspec.json.decode(entry.value, type=Backup) for _, entry in items]
    good = [one for one in made if one.state == "ok"]
    if not good:
        return {}
    newest = max(good, key=lambda one: one.ended)
    return {
        "backup_last_success_timestamp_seconds": {(): parse_time(newest.ended).timestamp()},
        "backup_bytes": {(): newest.size_bytes + newest.objects_bytes * newest.objects_included},
    }


def of_reconcile(newest: reconciles.Record | None, ran: Mapping[str, Last]) -> Found:
    """What the newest run left, and when one last ended well."""
    found: Found = {}
    good = ran.get("reconcile", Last()).good
    if good:
        found["reconcile_last_timestamp_seconds"] = {(): parse_time(good).timestamp()}
    if newest is not None and newest.state == "ok":
        wrong = newest.found if newest.dry_run else newest.left
        found["reconcile_differences"] = {(): sum(wrong.values())}
    return found
