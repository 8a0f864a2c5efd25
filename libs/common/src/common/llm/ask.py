"""What is asked of a language model and what it answers."""

from typing import Literal, Protocol

import msgspec

from common.errors import Unavailable

BYTES_PER_TOKEN = 4

Finish = Literal["stop", "length", "refused"]


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One question; with a ``json_schema`` the answer should be such JSON, but check it."""

    model: str
    system: str
    user: str
    max_tokens: int
    temperature: float | None = None
    json_schema: dict[str, object] | None = None
    previous: tuple[tuple[str, str], ...] = ()
    """Earlier turns after ``user``: the answer given, and what was wrong with it."""

    def messages(self) -> list[dict[str, str]]:
        """The conversation in the protocol's form; its beginning is the same for every question."""
        turns = [
            {"role": "system", "content": self.system},
            {"role": "user", "content": self.user},
        ]
        for answer, complaint in self.previous:
            turns.append({"role": "assistant", "content": answer})
            turns.append({"role": "user", "content": complaint})
        return turns


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one call; ``estimated`` when the endpoint did not say."""

    prompt_tokens: int
    completion_tokens: int
    estimated: bool = False


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What came back; a refusal has its words in ``text``."""

    call_id: str
    text: str
    finish: Finish
    model: str
    usage: Usage


class ModelMissing(Unavailable):
    """The endpoint answers, but not for this model."""


class Chat(Protocol):
    """Anything that answers an Ask; raises Retryable, Unavailable or Terminal."""

    async def ask(self, ask: Ask) -> Reply:
        """One paid call; it is never repeated inside."""
        ...


def estimate_tokens(text: str) -> int:
    """About how many tokens a text costs, for any tokeniser; rather too many than too few."""
    return -(-len(text.encode()) // BYTES_PER_TOKEN)
