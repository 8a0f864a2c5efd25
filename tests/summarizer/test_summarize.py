"""The same work is never paid twice, and everything paid is counted (rules M1, M2)."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from common.errors import Retryable, Terminal, Unavailable
from common.events import PaperEmbedded
from common.llm import ModelMissing, Reply, Usage
from common.texts import decode_summary
from summarizer.settings import SummarizerSettings
from summarizer.spend import Spend
from summarizer.summarize import Summarizer

Make = Callable[..., Reply]
DAY = "2026-11-21"


@pytest.fixture
def build(
    settings: SummarizerSettings, store: Any, spend: Spend, now: Callable[[], str]
) -> Callable[..., Summarizer]:
    def make(chat: Any = None, **changes: object) -> Summarizer:
        own = msgspec.structs.replace(settings, **changes) if chat else SummarizerSettings()
        return Summarizer(own, store, spend, chat=chat, now=now)

    return make


async def test_without_a_model_it_is_extractive_and_free(
    build: Any, paper: PaperEmbedded, store: Any, bucket: Any
) -> None:
    fact = await build().summarize(paper)

    kept = decode_summary(store.bodies[fact.summary.key])
    assert fact.model == kept.model == "extractive"
    assert kept.extractive
    assert fact.tldr == "We propose adaptive loss scaling, which removes the scale."
    assert "We do not consider sparse gradients" in kept.limits
    assert fact.cost_usd == 0
    assert bucket.values == {}
    assert fact.summary.key == f"summary/{fact.recipe}.json"


async def test_the_same_extract_has_the_same_bytes(
    build: Any, paper: PaperEmbedded, store: Any
) -> None:
    first = await build().summarize(paper)
    again = await build().summarize(paper)

    assert first.summary == again.summary
    assert len(store.bodies) == 2


async def test_a_paper_without_an_abstract_is_read_from_its_beginning(
    build: Any, paper: PaperEmbedded
) -> None:
    bare = msgspec.structs.replace(
        paper, meta=msgspec.structs.replace(paper.meta, abstract=""), full_text=False
    )
    assert (await build().summarize(bare)).tldr


async def test_a_model_is_asked_once_and_counted_once(
    build: Any, paper: PaperEmbedded, make_chat: Any, make_reply: Make, spend: Spend
) -> None:
    chat = make_chat(make_reply())
    first = await build(chat).summarize(paper)
    again = await build(chat).summarize(paper)

    assert len(chat.asked) == 1
    assert (first.cached, again.cached) == (False, True)
    assert first.summary == again.summary
    assert first.cost_usd == again.cost_usd == pytest.approx(0.00021)
    (record,) = await spend.of_day(DAY)
    assert (record.prompt_tokens, record.completion_tokens, record.kept) == (1000, 100, True)


async def test_a_crash_after_the_store_pays_and_counts_nothing_twice(
    build: Any, paper: PaperEmbedded, make_chat: Any, make_reply: Make, bucket: Any, spend: Spend
) -> None:
    chat = make_chat(make_reply())
    bucket.broken = Unavailable("nats", "gone")
    with pytest.raises(Unavailable):
        await build(chat).summarize(paper)
    bucket.broken = None

    fact = await build(chat).summarize(paper)

    assert fact.cached
    assert len(chat.asked) == 1
    assert len(await spend.of_day(DAY)) == 1


async def test_a_race_keeps_one_summary_and_counts_both_calls(
    build: Any, paper: PaperEmbedded, make_chat: Any, make_reply: Make, store: Any, spend: Spend
) -> None:
    winner = await build(make_chat(make_reply())).summarize(paper)
    hidden = store.bodies.pop(winner.summary.key)

    class Slow(type(make_chat())):  # type: ignore[misc]
        async def ask(self, ask: Any) -> Reply:
            store.bodies[winner.summary.key] = hidden
            reply: Reply = await super().ask(ask)
            return reply

    loser = await build(Slow(make_reply('{"tldr": "Other."}', call_id="b"))).summarize(paper)

    assert loser.tldr == winner.tldr
    assert [record.kept for record in await spend.of_day(DAY)] == [True, False]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (["prose", "prose"], "bad_answer"),
        (["!refused"], "refused"),
        (["!length", "!length"], "truncated"),
    ],
)
async def test_calls_in_vain_are_counted(
    build: Any,
    paper: PaperEmbedded,
    make_chat: Any,
    make_reply: Make,
    spend: Spend,
    answers: list[str],
    reason: str,
) -> None:
    replies = [
        make_reply("x", finish=text[1:], call_id=str(no))
        if text.startswith("!")
        else make_reply(text, call_id=str(no))
        for no, text in enumerate(answers)
    ]
    with pytest.raises(Terminal) as caught:
        await build(make_chat(*replies)).summarize(paper)

    assert caught.value.reason == reason
    assert [record.kept for record in await spend.of_day(DAY)] == [False] * len(answers)


async def test_another_prompt_model_or_text_is_another_recipe(
    build: Any, paper: PaperEmbedded, make_chat: Any, make_reply: Make
) -> None:
    core = build(make_chat())
    newer = msgspec.structs.replace(
        paper, meta=msgspec.structs.replace(paper.meta, abstract="Other words.")
    )
    digests = {
        (await core.plan(paper)).recipe.digest,
        (await core.plan(paper, model="other")).recipe.digest,
        (await core.plan(paper, model="extractive")).recipe.digest,
        (await core.plan(newer)).recipe.digest,
        (await build(make_chat(), summary_temperature=0.7).plan(paper)).recipe.digest,
    }
    assert len(digests) == 5
    same = msgspec.structs.replace(paper, version=3)
    assert (await core.plan(same)).recipe.digest in digests


async def test_a_model_asked_for_by_name(
    build: Any, paper: PaperEmbedded, make_chat: Any, make_reply: Make
) -> None:
    with pytest.raises(Terminal) as caught:
        await build().summarize(paper, model="gpt-9")
    assert caught.value.reason == "no_llm"

    missing = ModelMissing("llm", "HTTP 404")
    with pytest.raises(Terminal) as caught:
        await build(make_chat(missing)).summarize(paper, model="gpt-9")
    assert caught.value.reason == "no_such_model"
    with pytest.raises(ModelMissing):
        await build(make_chat(missing)).summarize(paper)

    chat = make_chat()
    assert (await build(chat).summarize(paper, model="extractive")).model == "extractive"
    assert chat.asked == []


async def test_notes_say_what_is_out_of_the_ordinary(
    build: Any, paper: PaperEmbedded, make_chat: Any, make_reply: Make
) -> None:
    guessed = Usage(prompt_tokens=1, completion_tokens=1, estimated=True)
    withdrawn = msgspec.structs.replace(
        paper, meta=msgspec.structs.replace(paper.meta, withdrawn=True), full_text=False
    )
    chat = make_chat(make_reply(usage=guessed))
    fact = await build(chat, summary_model="local").summarize(withdrawn)
    later = msgspec.structs.replace(withdrawn, version=3)
    again = await build(chat, summary_model="local").summarize(later)

    said = " ".join(fact.notes)
    for word in ("withdrawn", "abstract alone", "estimates", "no price is set for local"):
        assert word in said
    assert any("made from v2" in note for note in again.notes)
    assert (await build().summarize(paper)).notes == ()


async def test_a_failure_of_the_endpoint_passes_through(
    build: Any, paper: PaperEmbedded, make_chat: Any
) -> None:
    with pytest.raises(Retryable):
        await build(make_chat(Retryable("503", delay_s=7))).summarize(paper)
