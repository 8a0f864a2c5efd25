"""Runs the checks of the audit over a system that was restored and does not work yet.

Everything counts as of the moment of the cut: what waited then waits now, and nobody takes it.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import NamedTuple

import msgspec

from cli.audit import advisory, spent
from cli.audit.evidence import Evidence
from cli.audit.judge import judge
from cli.audit.lines import lines
from cli.audit.log import Log
from cli.audit.points import points
from cli.audit.store import PREFIXES, looked_at
from cli.audit.verdict import Finding, Verdict
from cli.census.bus import answered
from common import jobs, topology
from common.objectlist import Listed
from common.runtime import Runtime
from common.scan import Take, scan
from common.vectors.census import Counted
from common.watches import RECORDS

SURPLUS = "A6"
"""The check that finds what has no cause in the log."""

Census = Callable[[str], AsyncIterator[list[Counted]]]
Body = tuple[str, bytes | None]


class Sources(NamedTuple):
    """What belongs to the log but does not lie on the bus."""

    objects: Iterable[Listed]
    bodies: AsyncIterator[Body] | None = None
    """Some of them, to be hashed."""
    census: Census | None = None
    """The index; None where there is none to look at."""


class Examined(NamedTuple):
    """What the checks say; ``surplus`` came after the log was cut, so it has no cause in it yet."""

    verdict: Verdict
    surplus: tuple[Finding, ...]
    without_index: bool

    @property
    def is_green(self) -> bool:
        """Whether nothing is lost and nothing is there twice."""
        return self.verdict.is_clean


async def examine(runtime: Runtime, cut_s: float, sources: Sources) -> Examined:
    """Read all and judge it. Raises Unavailable, Terminal."""
    seen = Evidence(began_s=cut_s)
    await _read_bus(runtime, seen)
    seen.store.objects = {one.key: one for one in sources.objects if one.key.startswith(PREFIXES)}
    if sources.census is not None:
        await _read_index(sources.census, seen)
    if sources.bodies is not None:
        await _read_bodies(sources.bodies, seen)
    return _judged(seen, without_index=sources.census is None)


async def _read_bus(runtime: Runtime, seen: Evidence) -> None:
    js = runtime.js
    # Nobody takes what waits, for the services do not run; to the checks it is in work.
    seen.lines = [line._replace(active_s=seen.began_s) for line in await lines(js)]
    await _scan(runtime, topology.ADVISORIES, lambda m: seen.heard.append(advisory.heard(m)))
    seen.log = Log(wanted=advisory.wanted(seen.heard))
    await _scan(runtime, topology.PAPERS, seen.log.take)
    seen.began_seq = await _last(runtime, topology.PAPERS)
    await _scan(runtime, topology.NOTICES, seen.told.take_notice)
    seen.told.take_records(await runtime.kv("deliveries").items(f"{RECORDS}."))
    seen.asked.take(await runtime.kv(jobs.BUCKET).items())
    seen.spent = spent.records(await runtime.kv("spend").items())


async def _scan(runtime: Runtime, stream: str, take: Take) -> None:
    await scan(runtime.js, stream, take, upto=await _last(runtime, stream))


async def _last(runtime: Runtime, stream: str) -> int:
    info = await answered(runtime.js.stream_info(stream))
    return info.state.last_seq if info else 0


async def _read_index(census: Census, seen: Evidence) -> None:
    from common.vectors.collections import PAPERS, PASSAGES  # late: the client costs a second

    for alias, take in ((PAPERS, seen.points.take_papers), (PASSAGES, seen.points.take_passages)):
        async for page in census(alias):
            take(page)


async def _read_bodies(bodies: AsyncIterator[Body], seen: Evidence) -> None:
    async for key, body in bodies:
        known = seen.log.refs.get(key)
        seen.store.bodies[key] = looked_at(key, body, known[1] if known else None)


def _judged(seen: Evidence, *, without_index: bool) -> Examined:
    verdict = judge(seen)
    excused = set(points(seen)) if without_index else set()
    found = [one for one in verdict.unexplained if one not in excused]
    surplus = tuple(one for one in found if one.check == SURPLUS)
    rest = tuple(one for one in found if one.check != SURPLUS)
    return Examined(msgspec.structs.replace(verdict, unexplained=rest), surplus, without_index)
