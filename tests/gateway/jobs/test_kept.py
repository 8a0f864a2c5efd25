"""How jobs are made, found again, changed and forgotten."""

import asyncio

import msgspec
import pytest

from common import jobs as stored
from common.jobs import Job
from fakes_gateway import FakeKv
from gateway.failures import Conflict, Missing, Unprocessable
from gateway.jobs import kept
from gateway.jobs.kept import Asked, Opened

AT = "2026-07-14T08:00:00.000000Z"
FEED = Asked("fetch", {"feed": "ai", "limit": 5}, "Run feed ai", "interactive")
OTHER = Asked("fetch", {"feed": "ai"}, "Run feed ai", "interactive")


async def open_(kv: FakeKv, asked: Asked = FEED, salt: str = "1a2b3c4d", once: str = "") -> Opened:
    return await kept.opened(kv, asked, at=AT, salt=salt, once=once)


async def end(kv: FakeKv, job_id: str) -> None:
    await kept.change(
        kv,
        job_id,
        lambda job: msgspec.structs.replace(job, state="ok", ended="2026-07-14T09:00:00Z"),
    )


async def test_the_same_question_finds_its_job_while_it_is_under_way() -> None:
    kv = FakeKv()
    first = await open_(kv)
    again = await open_(kv, Asked("fetch", {"limit": 5, "feed": "ai"}, "", "batch"), salt="2")
    other = await open_(kv, OTHER, salt="3")
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert first.job.id == again.job.id != other.job.id
    assert first.job.id == "20260714T080000000Z-1a2b3c4d"
    await end(kv, first.job.id)
    assert (await open_(kv, salt="4")).is_new


async def test_racing_questions_become_one_job() -> None:
    kv = FakeKv()
    found = await asyncio.gather(*(open_(kv, salt=str(n)) for n in range(8)))
    assert len({one.job.id for one in found}) == 1
    assert sum(one.is_new for one in found) == 1


async def test_an_idempotency_key_finds_its_job_for_ever() -> None:
    kv = FakeKv()
    first = await open_(kv, once="abc")
    await end(kv, first.job.id)
    assert (await open_(kv, once="abc", salt="2")).job.id == first.job.id
    assert (await open_(kv, once="def", salt="3")).job.id != first.job.id
    with pytest.raises(Unprocessable, match="another body"):
        await open_(kv, OTHER, once="abc")


async def test_a_key_joins_the_job_that_is_under_way() -> None:
    kv = FakeKv()
    first = await open_(kv)
    assert (await open_(kv, once="abc", salt="2")).job.id == first.job.id
    assert len(await kept.everything(kv)) == 1


async def test_cancelling() -> None:
    kv = FakeKv()
    job = (await open_(kv)).job
    stopped = await kept.cancel(kv, job.id, at="2026-07-14T08:01:00Z")
    assert (stopped.state, stopped.stage, stopped.ended) == (
        "cancelled",
        "stopped",
        "2026-07-14T08:01:00Z",
    )
    assert await kept.cancel(kv, job.id, at="later") == stopped
    done = (await open_(kv, OTHER, salt="2")).job
    await end(kv, done.id)
    with pytest.raises(Conflict, match="ended already: ok"):
        await kept.cancel(kv, done.id, at=AT)
    with pytest.raises(Missing, match="no job nope"):
        await kept.cancel(kv, "nope", at=AT)


class Racing(FakeKv):
    """Somebody else writes between each read and the update after it, a few times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def update(self, name: str, value: bytes, revision: int) -> int | None:
        if self.times:
            self.times -= 1
            job = msgspec.json.decode(self.values[name].value, type=Job)
            seen = msgspec.structs.replace(job, seen=str(self.times))
            await self.put(name, msgspec.json.encode(seen))
        return await super().update(name, value, revision)


@pytest.mark.parametrize(("times", "fails"), [(3, False), (1000, True)])
async def test_a_change_is_made_on_the_newest_state(times: int, fails: bool) -> None:
    kv = Racing(times)
    job = (await open_(kv)).job
    if fails:
        with pytest.raises(Conflict):
            await kept.cancel(kv, job.id, at=AT)
    else:
        after = await kept.cancel(kv, job.id, at=AT)
        assert (after.state, after.seen) == ("cancelled", "0")


async def test_old_jobs_are_forgotten_with_their_questions() -> None:
    kv = FakeKv()
    old = (await open_(kv, once="abc")).job
    await end(kv, old.id)
    running = (await open_(kv, OTHER, salt="2")).job
    assert await kept.forget(kv, before="2026-07-14T08:30:00Z") == []
    gone = await kept.forget(kv, before="2026-07-22T00:00:00Z")
    assert [job.id for job in gone] == [old.id]
    assert [job.id for job in await kept.everything(kv)] == [running.id]
    assert sorted(name.split(".")[0] for name in kv.values) == ["job", "same"]


async def test_what_cannot_be_read_is_no_job() -> None:
    kv = FakeKv()
    await kv.put(stored.key_of("broken"), b"{")
    assert await kept.everything(kv) == []
    with pytest.raises(Missing):
        await kept.one(kv, "broken")
