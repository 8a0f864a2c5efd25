"""Asking for a job: it is written down, then its work is ordered."""

import secrets
from typing import Any

import msgspec

from common.ids import now
from common.jobs import Job
from gateway import switched
from gateway.jobs import kept, kinds
from gateway.ports import Stores


async def start(stores: Stores, kind: str, params: dict[str, Any], *, once: str = "") -> Job:
    """The job for a question, under way; the same question finds the one that is so already.

    Raises UsageError, Missing, Unprocessable, SwitchedOff, Unavailable.
    """
    switched.need(stores, "accepting")
    asked = kinds.asked(kind, params, stores.feeds)
    opened = await kept.opened(stores.jobs, asked, at=now(), salt=secrets.token_hex(4), once=once)
    if opened.job.state != "queued" or opened.job.seen:
        return opened.job
    await order(stores, opened.job)
    return await kept.change(stores.jobs, opened.job.id, _ordered)


def _ordered(job: Job) -> Job:
    """The job with its request on the bus; without this mark the same question orders again."""
    waits = job.state == "queued" and not job.seen
    return msgspec.structs.replace(job, seen=now()) if waits else job


async def order(stores: Stores, job: Job) -> None:
    """Put the request on the bus, where a service does the work; again is harmless."""
    made = kinds.KINDS[job.kind].order
    if made is not None:
        await stores.bus.request(made(job))
