"""No call is made that the budget does not hold, and the work goes on by itself when it does."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from common.circuits import Circuits
from common.errors import UsageError
from common.kv import key
from common.llm import Ask, Reply
from common.patience import Patience
from common.pauses import DEPENDENCIES
from common.secret import Secret
from summarizer.budget import REFRESH_S, Budget, Budgeted, Limits, OverBudget
from summarizer.settings import SummarizerSettings
from summarizer.spend import Spend, Spent

Make = Callable[..., Reply]
ASK = Ask(model="gpt-4o-mini", system="s", user="u", max_tokens=10)


class Clock:
    """RFC 3339 UTC, moved by hand."""

    def __init__(self, at: str) -> None:
        self.at = at

    def __call__(self) -> str:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock("2026-11-21T08:00:00.000000Z")


@pytest.fixture
def pay(bucket: Any) -> Callable[..., None]:
    def paid(day: str, usd: float, *, endpoint: str = "here") -> None:
        spent = Spent(
            recipe="r",
            model="m",
            prompt_tokens=1,
            completion_tokens=1,
            cost_usd=usd,
            endpoint=endpoint,
        )
        bucket.values[key(day, f"r{len(bucket.values)}")] = msgspec.json.encode(spent)

    return paid


@pytest.fixture
def budget(
    bucket: Any, settings: SummarizerSettings, clock: Clock
) -> Callable[[Limits], tuple[Budget, Spend]]:
    def make(limits: Limits) -> tuple[Budget, Spend]:
        spend = Spend(bucket, settings.prices, clock, endpoint="here")
        return Budget(spend, limits, clock), spend

    return make


@pytest.mark.parametrize(
    ("limits", "paid", "span", "until"),
    [
        (Limits(), [("2026-11-21", 1e9)], "", ""),
        (Limits(day_usd=2), [("2026-11-21", 1.99)], "", ""),
        (Limits(day_usd=2), [("2026-11-21", 1.5), ("2026-11-21", 0.5)], "day", "2026-11-22"),
        (Limits(day_usd=2), [("2026-11-20", 5.0)], "", ""),
        (Limits(month_usd=9), [("2026-11-01", 5.0), ("2026-11-20", 4.0)], "month", "2026-12-01"),
        (Limits(month_usd=9), [("2026-10-31", 50.0)], "", ""),
        (Limits(day_usd=9, month_usd=9), [("2026-11-20", 9.0)], "month", "2026-12-01"),
    ],
)
async def test_the_limits_of_day_and_month(
    budget: Any, pay: Any, limits: Limits, paid: list[tuple[str, float]], span: str, until: str
) -> None:
    made, _ = budget(limits)
    for day, usd in paid:
        pay(day, usd)
    if not span:
        await made.check()
        return
    with pytest.raises(OverBudget) as caught:
        await made.check()
    assert caught.value.dependency == f"budget of the {span}"
    assert caught.value.dependency in DEPENDENCIES
    assert caught.value.until.date().isoformat() == until


async def test_what_another_endpoint_costs_does_not_count(budget: Any, pay: Any) -> None:
    made, _ = budget(Limits(day_usd=1))
    pay("2026-11-21", 5.0, endpoint="elsewhere")
    await made.check()
    pay("2026-11-21", 5.0, endpoint="")  # a record from before endpoints were kept
    made, _ = budget(Limits(day_usd=1))
    with pytest.raises(OverBudget):
        await made.check()


async def test_own_calls_count_at_once_and_those_of_others_soon(
    budget: Any, pay: Any, clock: Clock, make_reply: Make
) -> None:
    made, spend = budget(Limits(day_usd=0.0003))
    await made.check()
    await spend.lost("r", "gpt-4o-mini", [make_reply(call_id="a")])
    await made.check()
    await spend.lost("r", "gpt-4o-mini", [make_reply(call_id="b")])
    with pytest.raises(OverBudget):
        await made.check()

    made, spend = budget(Limits(day_usd=5))
    await made.check()
    pay("2026-11-21", 5.0)
    await made.check()
    clock.at = f"2026-11-21T08:00:{int(REFRESH_S) + 1}.000000Z"
    with pytest.raises(OverBudget):
        await made.check()


async def test_the_work_waits_and_goes_on_with_the_new_day(
    budget: Any, pay: Any, clock: Clock, make_chat: Any, make_reply: Make
) -> None:
    made, _ = budget(Limits(day_usd=1))
    pay("2026-11-21", 1.0)
    chat = make_chat(make_reply())
    asked = Budgeted(chat, made)
    circuits = Circuits()
    waiting = asyncio.create_task(
        Patience(circuits, "d", asyncio.Event()).until_done(lambda: asked.ask(ASK))
    )
    async with asyncio.timeout(60):
        while (held := circuits.holding("d")) is None:  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert held.dependency == "budget of the day"
    assert chat.asked == []
    clock.at = "2026-11-22T00:00:01.000000Z"
    await asyncio.wait_for(waiting, 60)
    assert len(chat.asked) == 1


async def test_a_conversation_that_began_is_ended(
    budget: Any, pay: Any, make_chat: Any, make_reply: Make
) -> None:
    made, _ = budget(Limits(day_usd=1))
    pay("2026-11-21", 1.0)
    chat = make_chat(make_reply())
    again = msgspec.structs.replace(ASK, previous=(("prose", "write JSON"),))
    await Budgeted(chat, made).ask(again)
    assert len(chat.asked) == 1


def test_a_budget_needs_prices() -> None:
    own = SummarizerSettings(
        openai_api_key=Secret("sk-x"), summary_model="mine", summary_budget_day_usd=1
    )
    with pytest.raises(UsageError, match="SUMMARY_PRICE_OUTPUT_USD_PER_MTOK"):
        _ = own.has_budget
    assert msgspec.structs.replace(own, summary_price_output_usd_per_mtok=1).has_budget
    assert not SummarizerSettings(summary_model="mine").has_budget
