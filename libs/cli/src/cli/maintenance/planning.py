"""Windows planned and called off: kept, told at once, or left to the bus to tell at their time.

What is to be told later is a schedule on the bus, so no process has to be up for it. Each step may
be repeated: a schedule replaces itself, and a mail of the same name is sent once.
"""

import msgspec

from cli.maintenance import record
from cli.maintenance.window import Window, ending, posts
from common.errors import UsageError
from common.runtime import Runtime


async def plan(runtime: Runtime, wanted: Window) -> Window:
    """Keep it and see to its notices. Raises Unavailable, UsageError where there is one."""
    kv, now = runtime.kv(record.BUCKET), wanted.planned
    known = {one.id: one for one in await record.read_all(kv)}
    there = known.get(wanted.id)
    if there is not None and not there.cancelled:
        if (there.ends, there.why) != (wanted.ends, wanted.why):
            words = f"{there.words()} begins then; `paperbus maintenance cancel {there.id}` first"
            raise UsageError("--from", words)
        wanted = msgspec.structs.replace(there, operators_only=wanted.operators_only)
    else:
        await record.write(kv, wanted)
    for name, at, letter in posts(wanted, now):
        if at <= now:
            await runtime.bus.request(letter)
        else:
            await runtime.bus.schedule(name, f"@at {at}", letter, time_zone="UTC")
    return wanted


async def cancel(runtime: Runtime, name: str, now: str) -> Window:
    """Call it off, or end it early; who was told of it is told that too.

    Raises Unavailable, UsageError for one that is over or not there.
    """
    kv = runtime.kv(record.BUCKET)
    known = await record.one(kv, name)
    if not known.cancelled and known.state(now) == "over":
        raise UsageError("WINDOW", f"{known.words()} is over already")
    ended = msgspec.structs.replace(known, cancelled=known.cancelled or now)
    await record.write(kv, ended)
    for post_name, at, _ in posts(known, known.planned):
        if at > now:
            await runtime.bus.unschedule(post_name)
    for letter in ending(msgspec.structs.replace(known, cancelled=""), ended.cancelled):
        await runtime.bus.request(letter)
    return ended
