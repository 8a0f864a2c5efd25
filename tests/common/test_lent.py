"""Things that are closed once they were replaced and nobody uses them more."""

from common.lent import Lent


class Thing:
    """Counts how often it is closed."""

    closed = 0

    async def close(self) -> None:
        self.closed += 1


async def test_it_stays_open_as_long_as_it_is_used() -> None:
    thing = Thing()
    lent = Lent(thing, thing.close)
    async with lent.use() as first:
        async with lent.use() as second:
            await lent.retire()
            assert first is second is thing
        assert thing.closed == 0, "one user is left"
    assert thing.closed == 1


async def test_idle_it_is_closed_at_once_and_only_once() -> None:
    thing = Thing()
    lent = Lent(thing, thing.close)
    async with lent.use():
        pass
    assert thing.closed == 0, "nothing has replaced it"
    await lent.retire()
    await lent.retire()
    assert thing.closed == 1


async def test_a_user_that_fails_gives_it_back_too() -> None:
    thing = Thing()
    lent = Lent(thing, thing.close)
    try:
        async with lent.use():
            await lent.retire()
            raise ValueError
    except ValueError:
        pass
    assert thing.closed == 1
