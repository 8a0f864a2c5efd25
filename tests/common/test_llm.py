"""The endpoint against a real HTTP server that speaks the protocol, and each of its failures."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn

from common.errors import Retryable, ServiceError, Terminal, Unavailable, UsageError
from common.llm import Ask, ModelMissing, Prices, Reply, connect, cost_usd, prices_of
from common.llm.dialect import Dialect
from common.secret import Secret
from standalone.llm import Script, ScriptedLlm, Step
from unheard import port_of, unheard

KEY = "sk-canary-0123456789abcdef"
SCHEMA: dict[str, object] = {"type": "object", "properties": {"tldr": {"type": "string"}}}


def ask(user: str = "Title: Cats", **more: object) -> Ask:
    known = {"model": "m", "system": "Answer in JSON", "user": user, "max_tokens": 100}
    return Ask(**{**known, "json_schema": SCHEMA, "temperature": 0.2, **more})  # type: ignore[arg-type]


@asynccontextmanager
async def serving(app: object) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", lifespan="off", ws="none")  # type: ignore[arg-type]
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        server.should_exit = server.force_exit = True
        await task


async def asked(
    *steps: Step, times: int = 1, timeout_s: float = 60.0, **more: object
) -> tuple[list[object], ScriptedLlm]:
    """What ``times`` different questions led to."""
    app = ScriptedLlm(Script(steps=list(steps)))
    ends: list[object] = []
    async with serving(app) as url:
        endpoint = connect(Secret(KEY), url, timeout_s=timeout_s)
        for no in range(times):
            try:
                ends.append(await endpoint.ask(ask(f"Title: Cats {no}", **more)))
            except ServiceError as error:
                ends.append(error)
        await endpoint.close()
    return ends, app


async def test_an_answer_with_its_usage() -> None:
    (reply,), app = await asked()

    assert isinstance(reply, Reply)
    assert (reply.finish, reply.model) == ("stop", "m")
    assert reply.text == '{"tldr": "Scripted tldr of Cats 0."}'
    assert not reply.usage.estimated
    assert reply.usage.prompt_tokens == app.calls[0].prompt_tokens


async def test_missing_usage_is_estimated_and_flagged() -> None:
    (reply,), _ = await asked(Step(fault="no_usage"))

    assert isinstance(reply, Reply)
    assert reply.usage.estimated
    assert reply.usage.prompt_tokens > 0
    assert reply.usage.completion_tokens > 0


@pytest.mark.parametrize(
    ("step", "finish"),
    [
        (Step(fault="truncate"), "length"),
        (Step(fault="refuse"), "refused"),
        (Step(fault="filter"), "refused"),
        (Step(fault="prose"), "stop"),
    ],
)
async def test_how_an_answer_ended(step: Step, finish: str) -> None:
    (reply,), _ = await asked(step)

    assert isinstance(reply, Reply)
    assert reply.finish == finish


@pytest.mark.parametrize(
    ("step", "kind", "says", "delay_s"),
    [
        (Step(fault="rate_limit", retry_after="30"), Unavailable, "429", 30.0),
        (Step(fault="rate_limit", retry_after="99999"), Unavailable, "429", 900.0),
        (Step(fault="error", status=503, retry_after="7"), Unavailable, "503", 7.0),
        (Step(fault="error", status=500), Retryable, "500", None),
        (Step(fault="unauthorised"), Unavailable, "check OPENAI_API_KEY", None),
        (Step(fault="error", status=403), Unavailable, "check OPENAI_API_KEY", None),
        (Step(fault="error", status=404), ModelMissing, "check model m", None),
        (Step(fault="error", status=402), Unavailable, "billing", None),
        (Step(fault="error", status=400), Terminal, "llm_rejected", None),
        (Step(fault="context_length"), Terminal, "context_length", None),
        (Step(fault="hang"), Retryable, "may have been billed", None),
    ],
)
async def test_what_each_failure_means(
    step: Step, kind: type[ServiceError], says: str, delay_s: float | None
) -> None:
    (error,), app = await asked(step, timeout_s=1.0 if step.fault == "hang" else 60.0)

    assert type(error) is kind
    assert isinstance(error, ServiceError)
    assert says in f"{error} {getattr(error, 'reason', '')}"
    assert getattr(error, "delay_s", None) == delay_s
    assert len(app.calls) == 1, "the SDK must not repeat a call by itself"
    assert KEY not in repr(error)
    assert error.__cause__ is None


async def test_only_different_questions_in_a_row_are_an_outage() -> None:
    broken = Step(fault="error", status=500, times=99)
    ends, _ = await asked(broken, times=6)
    assert [type(end) for end in ends] == [Retryable] * 4 + [Unavailable] * 2

    mended, _ = await asked(Step(fault="error", times=4), Step(), broken, times=6)
    assert [type(end) for end in mended] == [Retryable] * 4 + [Reply] + [Retryable]


async def test_nobody_there_waits_in_place() -> None:
    with unheard() as held:
        endpoint = connect(Secret(KEY), f"http://127.0.0.1:{port_of(held)}/v1")
        with pytest.raises(Unavailable, match="OPENAI_BASE_URL"):
            await endpoint.ask(ask())
    await endpoint.close()


async def test_a_server_without_response_format_is_asked_plainly_ever_after() -> None:
    ends, app = await asked(Step(fault="no_response_format", times=4), times=2)

    assert [type(end) for end in ends] == [Reply, Reply]
    assert [call.status for call in app.calls] == [400, 400, 200, 200]


@pytest.mark.parametrize(
    ("param", "message", "change"),
    [
        ("max_tokens", "Use 'max_completion_tokens' instead", {"limit": "max_completion_tokens"}),
        ("temperature", "does not support 0.2", {"temperature": False}),
        ("response_format", "unknown", {"format": "json_object"}),
        (None, "json_schema is not supported", {"format": "json_object"}),
    ],
)
def test_a_rejected_parameter_is_said_otherwise(
    param: str | None, message: str, change: dict[str, object]
) -> None:
    assert Dialect().without(param, message, ask()) == Dialect(**change)  # type: ignore[arg-type]


def test_other_rejections_are_not_about_the_dialect() -> None:
    assert Dialect().without("messages", "too long", ask()) is None
    assert Dialect(format="plain").without("response_format", "", ask()) is None


def test_a_conversation_begins_the_same_for_every_paper() -> None:
    one, other = ask("one").messages(), ask("two", previous=(("a", "b"),)).messages()

    assert one[0] == other[0]
    assert [turn["role"] for turn in other] == ["system", "user", "assistant", "user"]


def test_prices() -> None:
    assert prices_of("gpt-4o-mini-2024-07-18") == prices_of("gpt-4o-mini") == Prices(0.15, 0.60)
    assert prices_of("gpt-4o-audio") is None
    assert cost_usd(Prices(1, 2), 1_000_000, 500_000) == 2.0
    assert cost_usd(None, 5, 5) == 0


def test_an_address_without_scheme_is_refused() -> None:
    with pytest.raises(UsageError, match="OPENAI_BASE_URL"):
        connect(Secret(KEY), "localhost:11434/v1")
