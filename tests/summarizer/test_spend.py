"""Every paid call is counted once (rule M2)."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from prometheus_client import REGISTRY

from common.errors import Unavailable
from common.llm import Reply, Usage
from common.texts import Summary
from summarizer.settings import SummarizerSettings
from summarizer.spend import Spend, Spent

Make = Callable[..., Reply]
DAY = "2026-11-21"
SUMMARY = Summary(
    paper="arxiv:2401.00001",
    version=1,
    tldr="Short.",
    model="gpt-4o-mini",
    recipe="ab" * 32,
    prompt_version="1",
    prompt_tokens=1000,
    completion_tokens=100,
    cost_usd=0.00021,
    at=f"{DAY}T08:00:00.000000Z",
)


def used(prompt: int, completion: int, *, estimated: bool = False) -> Usage:
    return Usage(prompt_tokens=prompt, completion_tokens=completion, estimated=estimated)


@pytest.mark.parametrize(
    ("model", "usages", "usd"),
    [
        ("gpt-4o-mini", [used(1_000_000, 0)], 0.15),
        ("gpt-4o-mini", [used(0, 1_000_000)], 0.60),
        ("gpt-4o-mini", [used(1000, 100), used(1000, 100)], 0.00042),
        ("gpt-4o-mini-2024-07-18", [used(1_000_000, 0)], 0.15),
        ("local", [used(1_000_000, 1_000_000)], 0.0),
    ],
)
def test_cost(spend: Spend, make_reply: Make, model: str, usages: list[Usage], usd: float) -> None:
    paid = [make_reply(usage=usage) for usage in usages]
    assert spend.cost_usd(model, paid) == pytest.approx(usd)


def test_prices_that_are_set_count_for_the_model_that_is_set(
    bucket: Any, make_reply: Make, now: Callable[[], str]
) -> None:
    own = SummarizerSettings(summary_model="local", summary_price_input_usd_per_mtok=2.0)
    spend = Spend(bucket, own.prices, now)
    paid = [make_reply(usage=used(1_000_000, 1_000_000))]
    assert spend.cost_usd("local", paid) == pytest.approx(2.0)
    assert spend.cost_usd("gpt-4o-mini", paid) == pytest.approx(0.75)


@pytest.mark.parametrize("estimated", [False, True])
async def test_a_kept_summary_is_counted_once(
    spend: Spend, make_reply: Make, estimated: bool
) -> None:
    paid = [make_reply(), make_reply(usage=used(1, 1, estimated=estimated))]
    await spend.kept(SUMMARY, paid)
    await spend.kept(SUMMARY, [])
    assert await spend.of_day(DAY) == [
        Spent(
            recipe=SUMMARY.recipe,
            model="gpt-4o-mini",
            prompt_tokens=1000,
            completion_tokens=100,
            cost_usd=0.00021,
            estimated=estimated,
        )
    ]


async def test_one_paid_again_after_its_loss_is_kept_once_and_paid_twice(
    spend: Spend, make_reply: Make
) -> None:
    await spend.kept(SUMMARY, [make_reply(call_id="a")])
    for _ in range(2):
        await spend.kept(SUMMARY, [make_reply(call_id="b")])
    assert [one.kept for one in await spend.of_day(DAY)] == [True, False]
    assert await spend.spent_usd(DAY) == pytest.approx(2 * 0.00021)


async def test_an_extract_costs_nothing(spend: Spend, bucket: Any) -> None:
    await spend.kept(msgspec.structs.replace(SUMMARY, extractive=True), [])
    assert bucket.values == {}


async def test_calls_in_vain_are_counted_each_once(spend: Spend, make_reply: Make) -> None:
    paid = [make_reply(call_id="a"), make_reply(call_id="b", usage=used(5, 7, estimated=True))]
    await spend.lost("r", "gpt-4o-mini", paid)
    await spend.lost("r", "gpt-4o-mini", paid[:1])
    first, second = await spend.of_day(DAY)
    assert (first.kept, first.prompt_tokens, first.estimated) == (False, 1000, False)
    assert (second.kept, second.completion_tokens, second.estimated) == (False, 7, True)


async def test_calls_without_an_id_are_told_apart(spend: Spend, make_reply: Make) -> None:
    await spend.lost("r", "m", [make_reply(call_id=""), make_reply(call_id="")])
    assert len(await spend.of_day(DAY)) == 2


async def test_the_days_are_kept_apart(spend: Spend, make_reply: Make) -> None:
    await spend.kept(SUMMARY, [])
    await spend.kept(msgspec.structs.replace(SUMMARY, at="2026-11-20T23:59:59Z"), [])
    await spend.lost("r", "m", [make_reply()])
    assert [len(await spend.of_day(day)) for day in (DAY, "2026-11-20", "2026-11")] == [2, 1, 0]


async def test_the_counters_rise_with_what_is_stored(
    spend: Spend, bucket: Any, make_reply: Make
) -> None:
    def counted() -> list[float]:
        labels = {"model": "counted"}
        tokens = [
            REGISTRY.get_sample_value("paperbus_llm_tokens_total", {**labels, "kind": kind}) or 0
            for kind in ("input", "output")
        ]
        return [*tokens, REGISTRY.get_sample_value("paperbus_llm_cost_usd_total", labels) or 0]

    summary = msgspec.structs.replace(SUMMARY, model="counted", cost_usd=0.5)
    bucket.broken = Unavailable("nats", "gone")
    with pytest.raises(Unavailable):
        await spend.kept(summary, [])
    assert counted() == [0, 0, 0]
    bucket.broken = None
    for _ in range(2):
        await spend.kept(summary, [])
        assert counted() == [1000, 100, 0.5]
