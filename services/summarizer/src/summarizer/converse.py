"""The short conversation with a model that ends in a valid draft or in a plain reason (rule M4)."""

import msgspec

from common.errors import Terminal
from common.llm import Ask, Chat, Reply
from summarizer import answer, prompt
from summarizer.answer import Draft

MORE_ROOM = 2


class Refused(Terminal):
    """The model or its filter declined to answer."""

    def __init__(self, model: str) -> None:
        super().__init__(f"{model} refused to summarise this paper", reason="refused")


class Truncated(Terminal):
    """The answer did not fit, even with more room."""

    def __init__(self, model: str, max_tokens: int) -> None:
        super().__init__(
            f"{model} was cut at {max_tokens} tokens; raise SUMMARY_MAX_TOKENS", reason="truncated"
        )


class BadAnswer(Terminal):
    """The answer is not of the schema, also after a correction."""

    def __init__(self, model: str, fault: str) -> None:
        super().__init__(f"{model} did not answer in the form asked: {fault}", reason="bad_answer")


async def converse(chat: Chat, ask: Ask, paid: list[Reply]) -> Draft:
    """The draft; every paid reply is added to ``paid``, also when this raises Terminal."""
    enlarged = False
    while True:
        reply = await chat.ask(ask)
        paid.append(reply)
        if reply.finish == "refused":
            raise Refused(ask.model)
        if reply.finish == "length":
            if enlarged:
                raise Truncated(ask.model, ask.max_tokens)
            enlarged = True
            ask = msgspec.structs.replace(ask, max_tokens=ask.max_tokens * MORE_ROOM)
            continue
        try:
            return answer.read(reply.text)
        except ValueError as error:
            if ask.previous:
                raise BadAnswer(ask.model, str(error)) from error
            said = (reply.text, prompt.correction(str(error)))
            ask = msgspec.structs.replace(ask, previous=(said,))
