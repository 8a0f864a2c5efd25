"""Whether the bus is as this version declares it, and as the settings say."""

from cli.doctor.finding import Finding
from cli.schedule import own
from cli.settings import Settings
from common import provision, stateversion
from common.provision import Difference
from common.runtime import Runtime
from common.schedules import keeping
from common.schedules.schedule import Kept

SHOWN = 5


async def look(runtime: Runtime, settings: Settings) -> list[Finding]:
    """Streams, durables, buckets, the operator's own schedules, and the layout of the data."""
    differences = await provision.differences(runtime.nc, replicas=settings.cli.nats_replicas)
    chores = own.chores(settings.schedules)
    zone = settings.schedules.schedules_time_zone
    return [
        topology(differences),
        planned(chores, await keeping.read_all(runtime.js), zone),
        state(await stateversion.read(runtime.js)),
    ]


def topology(differences: list[Difference]) -> Finding:
    """Pure."""
    if not differences:
        return Finding(check="drift", about="topology", says="the bus is as declared")
    named = ", ".join(dict.fromkeys(f"{one.what} ({one.field})" for one in differences))
    return Finding(
        check="drift",
        about="topology",
        level="unhealthy",
        says=f"{len(differences)} differences: {named[:300]}",
        mend="paperbus topology check, then `paperbus topology apply`",
    )


def planned(chores: tuple[own.Chore, ...], found: list[Kept], time_zone: str) -> Finding:
    """Whether what stands on the bus is what this command's settings say; pure."""
    there = {one.schedule.name: one.schedule for one in found}
    other = []
    for chore in chores:
        kept = there.get(chore.name)
        if kept is None:
            continue
        wanted = (chore.cron, "UTC" if chore.cron.startswith("@") else time_zone)
        if chore.asked_by != "bus" or (kept.cron, kept.time_zone) != wanted:
            other.append(chore.name)
    if not other:
        return Finding(check="drift", about="schedules", says="the bus asks what the settings say")
    return Finding(
        check="drift",
        about="schedules",
        level="degraded",
        says=f"the worker was started with other settings for {', '.join(other)}",
        mend="restart the operator's worker (paperbus operate), or give both the same settings",
    )


def state(version: int) -> Finding:
    """Whether this software can work on the data; pure."""
    problem = stateversion.problem(version)
    if not problem:
        return Finding(check="drift", about="data", says=f"it has version {version}, as needed")
    return Finding(
        check="drift", about="data", level="unhealthy", says=problem, mend="paperbus migrate status"
    )
