"""Who may ask a dependency that is down, and when all go on."""

import asyncio
from collections.abc import Callable

import pytest

from common.circuits import BUS, MAX_BUS_PAUSE_S, MAX_PAUSE_S, Circuits
from common.errors import Retryable, Terminal, Unavailable
from common.patience import Patience, until_stored

DURABLE = "a-durable"


class Dependency:
    """Something that is down for so many calls."""

    def __init__(self, name: str, fails: int, *, delay_s: float | None = 0.01) -> None:
        self.name, self.fails, self.delay_s = name, fails, delay_s
        self.callers: list[str] = []

    async def call(self, caller: str) -> str:
        self.callers.append(caller)
        await asyncio.sleep(0)
        if self.fails:
            self.fails -= 1
            raise Unavailable(self.name, "down", delay_s=self.delay_s)
        return caller


def patience(circuits: Circuits, stopping: asyncio.Event | None = None) -> Patience:
    return Patience(circuits, DURABLE, stopping or asyncio.Event())


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not reached():  # noqa: ASYNC110 - a circuit has no event for it
            await asyncio.sleep(0)


async def all_of(circuits: Circuits, down: Dependency, names: str) -> list[str]:
    async with asyncio.timeout(60):
        return await asyncio.gather(
            *(
                patience(circuits).until_done(lambda name=name: down.call(name))  # type: ignore[misc]
                for name in names
            )
        )


async def test_one_worker_at_a_time_asks_and_all_go_on_with_the_first_answer() -> None:
    circuits, down = Circuits(), Dependency("llm", 7)
    assert await all_of(circuits, down, "abcd") == list("abcd")
    assert down.callers[:4] == list("abcd"), "each meets it once"
    assert down.callers[4:8] == list("abcd"), "then they take turns, one at a time"
    assert len(down.callers[8:]) == 3, "and the rest at once"
    assert not circuits.of("llm").since
    assert circuits.holding(DURABLE) is None


async def test_a_message_that_always_fails_holds_nobody_up() -> None:
    circuits, fine = Circuits(), Dependency("s3", 1)
    stopping = asyncio.Event()
    poisoned = asyncio.create_task(patience(circuits, stopping).until_done(_always_down))
    await asyncio.sleep(0)
    async with asyncio.timeout(60):
        assert await patience(circuits).until_done(lambda: fine.call("a")) == "a"
    stopping.set()
    with pytest.raises(Unavailable):
        await poisoned


async def _always_down() -> None:
    raise Unavailable("s3", "this object never comes", delay_s=0.01)


async def test_a_stop_ends_the_wait() -> None:
    circuits, stopping = Circuits(), asyncio.Event()
    waiting = asyncio.create_task(
        patience(circuits, stopping).until_done(lambda: Dependency("llm", 9, delay_s=60).call("a"))
    )
    await until(lambda: circuits.holding(DURABLE) is not None)
    held = circuits.holding(DURABLE)
    assert held is not None
    assert (held.dependency, held.waiting(DURABLE)) == ("llm", 1)
    stopping.set()
    with pytest.raises(Unavailable):
        await asyncio.wait_for(waiting, 60)
    assert circuits.holding(DURABLE) is None


@pytest.mark.parametrize("error", [Retryable("no"), Terminal("never")], ids=repr)
async def test_another_error_is_an_answer_too(error: Exception) -> None:
    circuits = Circuits()
    told = iter((Unavailable("llm", "down", delay_s=0.01), error))

    async def attempt() -> None:
        raise next(told)

    with pytest.raises(type(error)):
        await patience(circuits).until_done(attempt)
    assert not circuits.of("llm").since


async def test_a_time_out_is_no_answer_and_the_next_one_tries() -> None:
    circuits, fine = Circuits(), Dependency("llm", 1, delay_s=0.02)
    told = iter((Unavailable("llm", "down", delay_s=0.01), TimeoutError()))

    async def attempt() -> None:
        raise next(told)

    first = asyncio.create_task(patience(circuits).until_done(attempt))
    await asyncio.sleep(0)
    second = asyncio.create_task(patience(circuits).until_done(lambda: fine.call("b")))
    with pytest.raises(TimeoutError):
        await first
    assert await asyncio.wait_for(second, 60) == "b"


async def test_a_cancelled_one_leaves_its_turn_to_another() -> None:
    circuits, down = Circuits(), Dependency("llm", 2, delay_s=0.03)
    first = asyncio.create_task(patience(circuits).until_done(lambda: down.call("a")))
    second = asyncio.create_task(patience(circuits).until_done(lambda: down.call("b")))
    await until(lambda: circuits.of("llm").waiting(DURABLE) == 2)
    first.cancel()
    assert await asyncio.wait_for(second, 60) == "b"


async def test_the_wait_is_as_long_as_was_asked_for() -> None:
    circuits, down = Circuits(), Dependency("llm", 1, delay_s=0.2)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await all_of(circuits, down, "a")
    assert loop.time() - began >= 0.2


@pytest.mark.parametrize(("name", "cap_s"), [("llm", MAX_PAUSE_S), (BUS, MAX_BUS_PAUSE_S)])
async def test_the_wait_is_bounded(name: str, cap_s: float) -> None:
    circuit = Circuits().of(name)
    waits = []
    for _ in range(12):
        task = asyncio.create_task(circuit.wait(Unavailable(name, "down"), DURABLE, tried=True))
        await asyncio.sleep(0)
        assert circuit._timer is not None
        waits.append(circuit._timer.when() - asyncio.get_running_loop().time())
        circuit._next_tries()
        assert await task is True
    assert waits[0] <= 1
    assert cap_s / 2 - 0.1 <= max(waits) <= cap_s


async def test_storing_is_tried_until_it_is_done_or_the_service_stops() -> None:
    told = iter((False, True))

    async def store() -> bool:
        return next(told)

    async def never() -> bool:
        return False

    assert await until_stored(store, asyncio.Event())
    stopping = asyncio.Event()
    waiting = asyncio.create_task(until_stored(never, stopping))
    await asyncio.sleep(0)
    stopping.set()
    assert await asyncio.wait_for(waiting, 60) is False
