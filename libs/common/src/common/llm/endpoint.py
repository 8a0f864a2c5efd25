"""One OpenAI-compatible endpoint, asked once per question (rule M1)."""

from typing import Any

import openai
from openai.types.chat import ChatCompletion
from opentelemetry import trace

from common.llm.ask import Ask, Finish, Reply, Usage, estimate_tokens
from common.llm.dialect import Dialect
from common.llm.failures import Circuit, translate
from common.secret import Secret
from common.trace import tracer

NO_KEY = "none"
"""Sent when there is no key: local servers want some value, and none of ours."""

_REFUSED = frozenset(("content_filter", "refusal", "safety"))


class Endpoint:
    """A chat endpoint; retries nothing, knows what parameters its server took before."""

    def __init__(
        self, api_key: Secret, base_url: str, *, connect_timeout_s: float, timeout_s: float
    ) -> None:
        self._client = openai.AsyncOpenAI(
            api_key=api_key.reveal() or NO_KEY,
            base_url=base_url or "https://api.openai.com/v1",
            organization="",
            project="",
            max_retries=0,
            timeout=openai.Timeout(timeout_s, connect=connect_timeout_s),
        )
        self._secret = api_key
        self._circuit = Circuit()
        self._dialects: dict[str, Dialect] = {}

    async def ask(self, ask: Ask) -> Reply:
        """The answer to one question; raises Retryable, Unavailable or Terminal."""
        with tracer().start_as_current_span(
            f"chat {ask.model}", kind=trace.SpanKind.CLIENT, record_exception=False
        ) as span:
            span.set_attribute("gen_ai.operation.name", "chat")
            span.set_attribute("gen_ai.provider.name", "openai")
            span.set_attribute("gen_ai.request.model", ask.model)
            span.set_attribute("gen_ai.request.max_tokens", ask.max_tokens)
            reply = _reply(await self._complete(ask), ask)
            span.set_attribute("gen_ai.response.model", reply.model)
            span.set_attribute("gen_ai.response.id", reply.call_id)
            span.set_attribute("gen_ai.response.finish_reasons", [reply.finish])
            if not reply.usage.estimated:
                span.set_attribute("gen_ai.usage.input_tokens", reply.usage.prompt_tokens)
                span.set_attribute("gen_ai.usage.output_tokens", reply.usage.completion_tokens)
            return reply

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _complete(self, ask: Ask) -> ChatCompletion:
        """The completion; a parameter the server rejects is said otherwise, unpaid, and kept so."""
        while True:
            dialect = self._dialects.get(ask.model, Dialect())
            try:
                answer: ChatCompletion = await self._send(dialect.parameters(ask))
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                simpler = dialect.without(error.param, error.message, ask)
                if simpler is None:
                    raise translate(error, self._circuit, ask, self._secret) from None
                self._dialects[ask.model] = simpler
            except openai.OpenAIError as error:
                # The SDK's text may repeat the key it was given, so it is not chained (rule X10).
                raise translate(error, self._circuit, ask, self._secret) from None
            else:
                self._circuit.close()
                return answer

    async def _send(self, parameters: dict[str, Any]) -> ChatCompletion:
        answer: ChatCompletion = await self._client.chat.completions.create(**parameters)
        return answer


def _reply(answer: ChatCompletion, ask: Ask) -> Reply:
    if not answer.choices:
        return Reply(
            call_id=answer.id or "", text="", finish="stop", model=ask.model, usage=_usage("", ask)
        )
    choice = answer.choices[0]
    refusal = choice.message.refusal or ""
    text = refusal or choice.message.content or ""
    reported = answer.usage
    usage = _usage(text, ask)
    if reported is not None and reported.prompt_tokens:
        usage = Usage(
            prompt_tokens=reported.prompt_tokens,
            completion_tokens=reported.completion_tokens or 0,
        )
    return Reply(
        call_id=answer.id or "",
        text=text,
        finish="refused" if refusal else _finish(str(choice.finish_reason)),
        model=answer.model or ask.model,
        usage=usage,
    )


def _finish(reason: str) -> Finish:
    if reason in _REFUSED:
        return "refused"
    return "length" if reason in ("length", "max_tokens") else "stop"


def _usage(text: str, ask: Ask) -> Usage:
    said = "".join(turn["content"] for turn in ask.messages())
    return Usage(
        prompt_tokens=estimate_tokens(said),
        completion_tokens=estimate_tokens(text),
        estimated=True,
    )
