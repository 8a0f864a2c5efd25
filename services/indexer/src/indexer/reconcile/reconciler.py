"""Ledger, objects and index compared, and what differs put right."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

import msgspec
import structlog

from common.errors import ServiceError, Unavailable
from common.events import ReconcileRequested
from common.ids import parse_time
from common.ledger import Entry
from common.reconciles import Record
from common.retrying import Step
from common.vectors.inventory import Held
from indexer.reconcile import metrics
from indexer.reconcile.compare import ORPHAN, STUCK, SUMMARY, Finding, compare
from indexer.reconcile.mend import steps
from indexer.reconcile.papers import Paper
from indexer.reconcile.ports import Open, World
from indexer.reconcile.record import MOST_EXAMPLES, Records
from indexer.reconcile.stuck import stuck

log = structlog.get_logger("paperbus")

TELL_EVERY = 10
MOST_ORPHANS = 10
ORPHAN_SHARE = 0.2
"""More papers than this that the ledger does not know are a wrong ledger, not orphans."""


class Suspect(NamedTuple):
    """A paper with something wrong, its rows and its points."""

    findings: tuple[Finding, ...]
    entries: tuple[Entry, ...]
    held: Held | None


class Reconciler:
    """Runs reconciliations; ``now`` gives RFC 3339 UTC."""

    def __init__(
        self,
        open_world: Open,
        records: Records,
        now: Callable[[], str],
        *,
        grace_s: float,
        settle_s: float = 2.0,
    ) -> None:
        self._open = open_world
        self._records = records
        self._now = now
        self._grace = timedelta(seconds=grace_s)
        self._settle_s = settle_s

    async def run(self, request: ReconcileRequested) -> Record:
        """One reconciliation from beginning to end; its record tells of it at any time."""
        started = self._now()
        name = request.run or started[:19].replace("-", "").replace(":", "") + "Z"
        record = Record(id=name, started=started, dry_run=request.dry_run)
        try:
            record = await self._run(record)
        except Unavailable:
            raise  # waited for, and begun again
        except ServiceError as error:
            failed = msgspec.structs.replace(
                record, state="failed", ended=self._now(), note=str(error)
            )
            await self._records.write(failed)
            metrics.RUNS.labels("failed").inc()
            raise
        record = msgspec.structs.replace(record, state="ok", stage="", ended=self._now())
        await self._records.write(record)
        await self._records.tidy()
        _count(record)
        log.info("reconciled", found=record.found, mended=record.mended, left=record.left)
        return record

    async def _run(self, record: Record) -> Record:
        async with self._open() as world:
            record = await self._at(record, "reading the ledger, the store and the index")
            papers, held, sizes = await _read(world)
            record = msgspec.structs.replace(
                record, papers=len(papers), indexed=len(held), objects=len(sizes)
            )
            record = await self._at(record, "comparing")
            suspects = await self._suspects(world, papers, held, sizes)
            found = Counter(one.kind for suspect in suspects for one in suspect.findings)
            words = [one for suspect in suspects for one in suspect.findings]
            examples = tuple(f"{one.kind}: {one.paper}: {one.words}" for one in words)
            record = msgspec.structs.replace(
                record, found=dict(found), examples=examples[:MOST_EXAMPLES]
            )
            if record.dry_run or not suspects:
                return record
            return await self._mended(world, suspects, record)

    async def _suspects(
        self,
        world: World,
        papers: Mapping[str, Paper],
        held: Mapping[str, Held],
        sizes: Mapping[str, int],
    ) -> list[Suspect]:
        """Papers that are wrong now as they were a moment ago: the rest was work under way."""
        durables = await world.durables()
        first: dict[str, set[Finding]] = {}
        now = parse_time(self._now())
        for at, name in enumerate({**papers, **held}):
            paper = papers.get(name, Paper(name))
            found = [*compare(paper, held.get(name), sizes)]
            found += stuck(paper, durables, now, self._grace)
            if found:
                first[name] = set(found)
            if at % 500 == 0:
                await asyncio.sleep(0)  # messages are handled beside this
        if first:
            await asyncio.sleep(self._settle_s)
        confirmed = [await self._looked_again(world, name, was) for name, was in first.items()]
        return [suspect for suspect in confirmed if suspect.findings]

    async def _looked_again(self, world: World, name: str, was: set[Finding]) -> Suspect:
        entries = await world.rows(name)
        paper = Paper(name)
        for entry in entries:
            paper.take(entry)
        held = await world.held(name)
        found = {*compare(paper, held, await world.sizes_of(paper))}
        if any(one.kind == STUCK for one in was):
            durables = await world.durables()
            found.update(stuck(paper, durables, parse_time(self._now()), self._grace))
        return Suspect(tuple(sorted(found & was)), tuple(entries), held)

    async def _mended(self, world: World, suspects: list[Suspect], record: Record) -> Record:
        orphans = [one for one in suspects if one.findings[0].kind == ORPHAN]
        if len(orphans) > max(MOST_ORPHANS, ORPHAN_SHARE * record.indexed):
            note = f"{len(orphans)} papers of the index are not in the ledger, too many to remove"
            record = msgspec.structs.replace(record, note=note)
            suspects, orphans = [one for one in suspects if one not in orphans], []
        for suspect in orphans:
            await world.delete(suspect.findings[0].paper)
        mended: Counter[str] = Counter({ORPHAN: len(orphans)} if orphans else {})
        wanted = {step: suspect for suspect in suspects for step in _steps(suspect)}
        undone = Counter(step.event.paper for step in wanted)
        done = 0
        async for ended in world.retry(list(wanted)):
            done += 1
            if done % TELL_EVERY == 0:
                record = await self._at(record, f"mending: {done} of {len(wanted)}")
            paper = ended.step.event.paper
            if ended.row is not None and ended.row.state in ("done", "cancelled"):
                undone[paper] -= 1
            if undone[paper] == 0:
                mended.update(_mended_kinds(wanted[ended.step]))
        left = Counter(record.found) - mended
        return msgspec.structs.replace(record, mended=dict(mended), left=dict(left))

    async def _at(self, record: Record, stage: str) -> Record:
        record = msgspec.structs.replace(record, stage=stage)
        await self._records.write(record)
        return record


async def _read(world: World) -> tuple[dict[str, Paper], dict[str, Held], dict[str, int]]:
    """The ledger first: whatever it says was stored before."""
    await world.ensure()
    papers: dict[str, Paper] = {}
    async for entry in world.revisions():
        name = entry.row.paper
        papers.setdefault(name, Paper(name)).take(entry)
    return papers, await world.all_held(), await world.sizes()


def _steps(suspect: Suspect) -> Iterable[Step]:
    rows = {entry.row.row: entry.row for entry in suspect.entries}
    return steps(suspect.findings, rows, suspect.held)


def _mended_kinds(suspect: Suspect) -> list[str]:
    """What the steps of a paper have put right; a paid summary has none."""
    services = {step.service for step in _steps(suspect)}
    kinds = [one.kind for one in suspect.findings]
    return [kind for kind in kinds if kind != SUMMARY or "summarizer" in services]


def _count(record: Record) -> None:
    metrics.RUNS.labels("ok").inc()
    for kind, count in record.found.items():
        metrics.FOUND.labels(kind).inc(count)
    for kind, count in record.mended.items():
        metrics.MENDED.labels(kind).inc(count)
    metrics.LAST.set(parse_time(record.ended).timestamp())
    took = parse_time(record.ended) - parse_time(record.started)
    metrics.DURATION.set(took.total_seconds())
