"""Which of the protocol's parameters a server understands; they differ more than one thinks."""

from typing import Any, Literal

import msgspec

from common.llm.ask import Ask

Format = Literal["json_schema", "json_object", "plain"]

_SIMPLER: dict[Format, Format] = {"json_schema": "json_object", "json_object": "plain"}
_FORMAT_WORDS = ("response_format", "json_schema", "json_object", "json mode", "grammar")


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """How one model is spoken to; starts with the newest manner and is made simpler on refusal."""

    format: Format = "json_schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True

    def parameters(self, ask: Ask) -> dict[str, Any]:
        """The body of the request."""
        body: dict[str, Any] = {
            "model": ask.model,
            "messages": ask.messages(),
            self.limit: ask.max_tokens,
        }
        if self.temperature and ask.temperature is not None:
            body["temperature"] = ask.temperature
        if ask.json_schema is not None and self.format == "json_schema":
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": ask.json_schema},
            }
        elif ask.json_schema is not None and self.format == "json_object":
            body["response_format"] = {"type": "json_object"}
        return body

    def without(self, param: str | None, message: str, ask: Ask) -> "Dialect | None":
        """The dialect to try after a server rejected ``param``; None when it is not about that."""
        about = f"{param or ''} {message}".lower()
        if self.limit == "max_tokens" and "max_completion_tokens" in about:
            return msgspec.structs.replace(self, limit="max_completion_tokens")
        if self.temperature and ask.temperature is not None and "temperature" in about:
            return msgspec.structs.replace(self, temperature=False)
        asked = ask.json_schema is not None and self.format in _SIMPLER
        if asked and any(word in about for word in _FORMAT_WORDS):
            return msgspec.structs.replace(self, format=_SIMPLER[self.format])
        return None
