"""Made-up answers in the protocol's form; the same question always gets the same."""

import base64
import hashlib
import json
import math
import struct
from typing import Any

WORDS_PER_CHUNK = 3
PROSE = "Sure! Here is a short summary of the paper in my own words, without any JSON."
REFUSAL = "I'm sorry, but I cannot help with that."


def tokens(text: str) -> int:
    """A stand-in for a tokeniser: four characters each."""
    return -(-len(text) // 4)


def prompt_text(body: dict[str, Any]) -> str:
    """All that was said in a chat request."""
    return "\n".join(str(message.get("content") or "") for message in body.get("messages", ()))


def answer_text(body: dict[str, Any]) -> str:
    """JSON with the properties of the schema asked for, else a summary's, else a sentence."""
    said = prompt_text(body)
    title = said.partition("Title: ")[2].partition("\n")[0] or "the text"
    wanted = body.get("response_format") or {}
    schema = (wanted.get("json_schema") or {}).get("schema") or {}
    names = list(schema.get("properties") or ())
    if not names and (wanted or "JSON" in said):
        names = ["tldr", "problem", "method", "findings", "limits"]
    if not names:
        return f"This is a scripted answer about {title}."
    return json.dumps({name: f"Scripted {name} of {title}." for name in names})


def completion(
    model: str, call_id: str, *, text: str, finish: str, refusal: str | None = None
) -> dict[str, Any]:
    """A chat completion without usage."""
    message = {"role": "assistant", "content": None if refusal else text, "refusal": refusal}
    return {
        "id": call_id,
        "object": "chat.completion",
        "created": 1767225600,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
    }


def chunks(whole: dict[str, Any], usage: dict[str, int] | None) -> list[dict[str, Any]]:
    """The same completion as a stream; usage, where asked for, comes in the last chunk."""
    choice = whole["choices"][0]
    head = {**whole, "object": "chat.completion.chunk"}
    text = choice["message"]["content"] or choice["message"]["refusal"] or ""
    words = text.split(" ")
    pieces = [
        " ".join(words[at : at + WORDS_PER_CHUNK])
        + (" " if at + WORDS_PER_CHUNK < len(words) else "")
        for at in range(0, len(words), WORDS_PER_CHUNK)
    ]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": piece} for piece in pieces]
    stream = [_chunk(head, delta, None) for delta in deltas]
    stream.append(_chunk(head, {}, choice["finish_reason"]))
    if usage is not None:
        stream.append({**head, "choices": [], "usage": usage})
    return stream


def _chunk(head: dict[str, Any], delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def embedding(text: str, dimensions: int, *, as_base64: bool) -> list[float] | str:
    """A unit vector made of the text's words, so that like texts are alike."""
    vector = [0.0] * dimensions
    for word in text.lower().split():
        digest = hashlib.sha256(word.encode()).digest()
        vector[int.from_bytes(digest[:4]) % dimensions] += 1.0 if digest[4] % 2 else -1.0
    length = math.hypot(*vector) or 1.0
    unit = [value / length for value in vector]
    if not as_base64:
        return unit
    return base64.b64encode(struct.pack(f"<{dimensions}f", *unit)).decode()
