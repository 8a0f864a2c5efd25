"""Stale jobs, and old ones."""

from typing import Any

import msgspec
import pytest

from common import jobs as stored
from common.events import FetchAsked
from common.jobs import Job
from fakes_gateway import World
from gateway.jobs import kept, sweep
from gateway.ports import Lag, Stores

AT = "2026-07-14T09:00:00.000000Z"
OLD = "2026-07-14T08:00:00.000000Z"


async def put(world: World, **more: Any) -> Job:
    fields = {"id": "j-1", "kind": "fetch", "created": OLD, "params": {"ids": ["2401.00001"]}}
    job = Job(**{**fields, **more})
    await world.jobs.put(stored.key_of(job.id), msgspec.json.encode(job))
    return job


def stores(world: World, waiting: int = 0) -> Stores:
    async def lag() -> list[Lag]:
        return [
            Lag(service="fetcher", event=FetchAsked.subject, waiting=waiting, in_work=0),
            Lag(service="gateway", event="job.reported", waiting=5, in_work=0),
        ]

    return world.stores(lag=lag)


async def swept(world: World, waiting: int = 0) -> Job:
    await sweep.repaired(stores(world, waiting), at=AT, stale_s=300)
    return await kept.one(world.jobs, "j-1")


async def test_a_lost_request_is_sent_again_under_another_id(world: World) -> None:
    await put(world, state="running")
    job = await swept(world)
    assert (job.state, job.attempts, job.seen) == ("queued", 2, AT)
    (asked,) = world.bus.requests
    assert isinstance(asked, FetchAsked)
    assert (asked.job, asked.ids) == ("j-1", ("2401.00001",))
    await put(world, state="running", attempts=2)
    await swept(world)
    assert len({request.event_id for request in world.bus.requests}) == 2


@pytest.mark.parametrize(
    ("more", "waiting"),
    [
        ({"state": "running"}, 1),  # its message is in flight
        ({"state": "running", "seen": "2026-07-14T08:58:00Z"}, 0),
        ({"state": "ok"}, 0),
        ({"kind": "export", "params": {}}, 0),  # waits for a desk, however long
    ],
)
async def test_what_is_well_is_left_alone(world: World, more: Any, waiting: int) -> None:
    before = await put(world, **more)
    assert await swept(world, waiting) == before
    assert world.bus.requests == []


async def test_after_three_tries_it_has_failed(world: World) -> None:
    await put(world, state="running", attempts=3)
    job = await swept(world)
    assert (job.state, job.ended) == ("failed", AT)
    assert world.bus.requests == []


async def test_a_desk_that_died_gives_its_job_back(world: World) -> None:
    await put(world, kind="export", state="running", worker="gone", params={})
    job = await swept(world)
    assert (job.state, job.worker) == ("queued", "")


async def test_old_jobs_go_with_their_files(world: World) -> None:
    world.objects.bodies["export/x"] = b"x"
    await put(world, kind="export", state="ok", ended=OLD, result="export/x")
    assert await sweep.tidy(stores(world), kept_days=7) == 1
    assert (world.objects.bodies, world.jobs.values) == ({}, {})
