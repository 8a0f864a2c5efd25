"""Gathers what the audit judges, in the order that makes a running system no fault of its own.

A paper that the log shows as ended before the audit began has its objects, points and records
already; the log is read once more at the end, so that whatever was made meanwhile has its cause.
"""

import asyncio
import random
import time

from nats.errors import Error as NatsError

from cli.audit import advisory, spent
from cli.audit.evidence import Evidence
from cli.audit.lines import lines
from cli.audit.log import Log
from cli.audit.options import Options
from cli.audit.secrecy import Needles, of_watches
from cli.audit.store import PREFIXES, Stored, looked_at, unnamed
from cli.audit.told import Told
from cli.audit.watching import Watching
from cli.settings import Settings
from common import jobs, topology
from common import objects as objectstore
from common.errors import Unavailable
from common.objectlist import listed
from common.objects import Objects
from common.runtime import Runtime
from common.scan import Read, Take, scan
from common.vectors.census import census
from common.vectors.collections import PAPERS, PASSAGES
from common.watches import RECORDS

PAGE = 1000
AT_ONCE = 8


async def gather(
    runtime: Runtime, settings: Settings, options: Options, watching: Watching
) -> Evidence:
    """Read everything; disturbs nothing and leaves nothing. Raises Unavailable, Terminal."""
    seen = Evidence(began_s=time.time(), quiescence_s=options.quiescence_s)
    seen.accepted = options.accepted
    needles = Needles([*options.secrets, *await _watch_secrets(runtime)])
    seen.lines = await lines(runtime.js)
    seen.began_seq = await _last(runtime, topology.PAPERS)
    await _scan(runtime, topology.ADVISORIES, lambda m: seen.heard.append(advisory.heard(m)))
    seen.log = Log(needles, advisory.wanted(seen.heard))
    await _read_log(runtime, seen, watching)
    await _records(runtime, seen)
    await _points(settings, seen, watching)
    store = objectstore.connect(settings.objects)
    await _objects(store, seen, watching)
    await _read_log(runtime, seen, watching)
    await _bodies(store, seen, options.bodies, watching)
    return seen


async def _read_log(runtime: Runtime, seen: Evidence, watching: Watching) -> None:
    upto = await _last(runtime, topology.PAPERS)
    stage = watching.stage("log", upto - seen.log.seq)

    def take(message: Read) -> None:
        seen.log.take(message)
        stage.step()

    await scan(runtime.js, topology.PAPERS, take, after=seen.log.seq, upto=upto)
    stage.end()


async def _scan(runtime: Runtime, stream: str, take: Take) -> None:
    await scan(runtime.js, stream, take, upto=await _last(runtime, stream))


async def _last(runtime: Runtime, stream: str) -> int:
    try:
        return (await runtime.js.stream_info(stream)).state.last_seq
    except (NatsError, TimeoutError) as error:
        raise Unavailable("nats", f"stream {stream}: {error or type(error).__name__}") from error


async def _watch_secrets(runtime: Runtime) -> list[tuple[str, str]]:
    items = await runtime.kv("watches").items()
    return list(of_watches(entry.value for _, entry in items))


async def _records(runtime: Runtime, seen: Evidence) -> None:
    """Notices come before the records that explain them, and spending after the log."""
    seen.told = Told()

    def take(message: Read) -> None:
        seen.told.take_notice(message)
        seen.log.look_for_secrets(message)

    await _scan(runtime, topology.NOTICES, take)
    seen.told.take_records(await runtime.kv("deliveries").items(f"{RECORDS}."))
    seen.asked.take(await runtime.kv(jobs.BUCKET).items())
    seen.spent = spent.records(await runtime.kv("spend").items())


async def _points(settings: Settings, seen: Evidence, watching: Watching) -> None:
    stage = watching.stage("points")
    for alias, take in ((PAPERS, seen.points.take_papers), (PASSAGES, seen.points.take_passages)):
        async for page in census(settings.vectors, alias):
            take(page)
            stage.step(len(page))
    stage.end()


async def _objects(store: Objects, seen: Evidence, watching: Watching) -> None:
    stage = watching.stage("objects")
    seen.store = Stored()
    for prefix in PREFIXES:
        found = await listed(store, prefix)
        seen.store.objects.update((one.key, one) for one in found)
        stage.step(len(found))
    stage.end()


async def _bodies(store: Objects, seen: Evidence, limit: int, watching: Watching) -> None:
    """Read bodies that no fact names, for they may name their paper, and some of the others."""
    named = [key for key in seen.log.refs if key in seen.store.objects]
    if limit and len(named) > limit:
        named = random.sample(named, limit)
    keys = [*unnamed(seen), *named]
    stage = watching.stage("bodies", len(keys))
    gate = asyncio.Semaphore(AT_ONCE)

    async def read(key: str) -> None:
        async with gate:
            body = await store.find(key)
        known = seen.log.refs.get(key)
        seen.store.bodies[key] = looked_at(key, body, known[1] if known else None)
        stage.step()

    for at in range(0, len(keys), PAGE):
        await asyncio.gather(*map(read, keys[at : at + PAGE]))
    stage.end()
