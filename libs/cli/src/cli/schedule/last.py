"""How each schedule went last: told from the records that runs leave."""

from collections.abc import Iterable

import msgspec

from cli.backup.record import BACKUP, Record
from cli.census.bus import answered
from cli.operate.noting import BUCKET, SCHEDULE, Note
from cli.runs import FeedRun
from common import reconciles, topology
from common.events import TidyRequested
from common.ids import stamp
from common.kv import Kv, parts_of
from common.runtime import Runtime

BAD_VERDICTS = ("running", "upstream error", "cancelled")
FETCH = "fetch"


class Last(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The newest run, and when one last ended well; times are RFC 3339 UTC."""

    started: str = ""
    ended: str = ""
    verdict: str = ""
    """running, ok, failed, or what a fetch says."""
    said: str = ""
    good: str = ""


async def gather(runtime: Runtime) -> dict[str, Last]:
    """By name of the schedule; raises Unavailable."""
    noted = await _noted(runtime.kv(BUCKET))
    made = await _backups(runtime.kv(BUCKET))
    return {
        **await fetches(runtime.kv("sources")),
        **await _reconciles(runtime.kv(reconciles.BUCKET)),
        **noted,
        BACKUP: later(noted.get(BACKUP, Last()), made),
        "tidy-jobs": await _tidied(runtime),
    }


async def fetches(bucket: Kv) -> dict[str, Last]:
    """The newest run of each feed, by its schedule; raises Unavailable."""
    items = await bucket.items("run.")
    runs = [msgspec.json.decode(entry.value, type=FeedRun) for _, entry in items]
    return of_feeds(runs)


def of_feeds(runs: Iterable[FeedRun]) -> dict[str, Last]:
    """The newest run of each feed."""
    found: dict[str, Last] = {}
    for run in sorted(runs, key=lambda run: run.started):
        name = f"{FETCH}-{run.feed}"
        before = found.get(name, Last())
        good = before.good if run.verdict in BAD_VERDICTS else run.ended or run.started
        found[name] = Last(
            started=run.started,
            ended=run.ended,
            verdict=run.verdict,
            said=run.error or run.reason,
            good=good,
        )
    return found


async def _reconciles(bucket: Kv) -> dict[str, Last]:
    items = await bucket.items(f"{reconciles.RUN}.")
    runs = [msgspec.json.decode(entry.value, type=reconciles.Record) for _, entry in items]
    whole = sorted((run for run in runs if not run.dry_run), key=lambda run: run.started)
    if not whole:
        return {}
    newest = whole[-1]
    good = max((run.ended for run in whole if run.state == "ok"), default="")
    return {
        "reconcile": Last(
            started=newest.started,
            ended=newest.ended,
            verdict=newest.state,
            said=newest.note,
            good=good,
        )
    }


async def _noted(bucket: Kv) -> dict[str, Last]:
    items = await bucket.items(f"{SCHEDULE}.")
    return {
        parts_of(name)[1]: of_note(msgspec.json.decode(entry.value, type=Note))
        for name, entry in items
    }


async def _backups(bucket: Kv) -> Last:
    """Those made by hand, or by a job of the platform, count too."""
    items = await bucket.items(f"{BACKUP}.")
    made = [msgspec.json.decode(entry.value, type=Record) for _, entry in items]
    newest = max(made, key=lambda one: one.started, default=None)
    if newest is None:
        return Last()
    good = max((one.ended for one in made if one.state == "ok"), default="")
    return Last(
        started=newest.started,
        ended=newest.ended,
        verdict=newest.state,
        said="" if newest.state == "ok" else newest.verdict,
        good=good,
    )


def later(one: Last, other: Last) -> Last:
    """The run that began later, with the later success of both; pure."""
    newer = other if other.started > one.started else one
    return msgspec.structs.replace(newer, good=max(one.good, other.good))


def of_note(note: Note) -> Last:
    """What the worker noted of a chore."""
    verdict = "running" if not note.ended else "failed" if note.error else "ok"
    return Last(
        started=note.started, ended=note.ended, verdict=verdict, said=note.error, good=note.good
    )


async def _tidied(runtime: Runtime) -> Last:
    """It leaves no record of its own; its durable says when a request was settled last."""
    consumer = topology.consumer_for("gateway", TidyRequested)
    info = await answered(runtime.js.consumer_info(consumer.stream, consumer.durable))
    asked = info.delivered.last_active if info and info.delivered else None
    done = info.ack_floor.last_active if info and info.ack_floor else None
    if asked is None:
        return Last()
    ended = "" if done is None or done < asked else stamp(done)
    return Last(started=stamp(asked), ended=ended, verdict="ok" if ended else "running", good=ended)
