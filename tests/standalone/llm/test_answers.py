"""Made-up answers have the protocol's form and never change."""

import base64
import json
import math
import struct
from typing import Any

import pytest

from standalone.llm import answers

SUMMARY = ["tldr", "problem", "method", "findings", "limits"]
TWO: dict[str, Any] = {"json_schema": {"schema": {"properties": {"one": {}, "two": {}}}}}


def body(said: str, response_format: Any = None) -> dict[str, Any]:
    return {"messages": [{"content": said}], "response_format": response_format}


@pytest.mark.parametrize(("text", "count"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2)])
def test_tokens(text: str, count: int) -> None:
    assert answers.tokens(text) == count


@pytest.mark.parametrize(
    ("messages", "text"),
    [
        ({}, ""),
        ({"messages": [{"content": "a"}, {"content": "b"}]}, "a\nb"),
        ({"messages": [{"content": None}, {"role": "user"}]}, "\n"),
    ],
)
def test_prompt_text(messages: dict[str, Any], text: str) -> None:
    assert answers.prompt_text(messages) == text


@pytest.mark.parametrize(
    ("asked", "names", "about"),
    [
        (body("Title: Cats\nMore", TWO), ["one", "two"], "Cats"),
        (body("Title: Cats", {"type": "json_object"}), SUMMARY, "Cats"),
        (body("Say it in JSON"), SUMMARY, "the text"),
    ],
)
def test_json_where_it_is_asked_for(asked: dict[str, Any], names: list[str], about: str) -> None:
    found = json.loads(answers.answer_text(asked))
    assert found == {name: f"Scripted {name} of {about}." for name in names}


def test_a_sentence_where_nothing_else_is_asked_for() -> None:
    assert answers.answer_text(body("Title: Cats")) == "This is a scripted answer about Cats."
    assert answers.answer_text({}) == "This is a scripted answer about the text."


@pytest.mark.parametrize(
    ("refusal", "content"), [(None, "Yes."), (answers.REFUSAL, None)], ids=["answer", "refusal"]
)
def test_completion(refusal: str | None, content: str | None) -> None:
    whole = answers.completion("m", "c1", text="Yes.", finish="stop", refusal=refusal)
    (choice,) = whole["choices"]
    assert (whole["id"], whole["model"], whole["object"]) == ("c1", "m", "chat.completion")
    assert (choice["message"]["content"], choice["message"]["refusal"]) == (content, refusal)
    assert "usage" not in whole


@pytest.mark.parametrize("text", ["", "one", "one two three", "one two three four", "a  b c d e "])
@pytest.mark.parametrize("usage", [None, {"total_tokens": 3}])
def test_the_chunks_say_the_same_as_the_whole(text: str, usage: dict[str, int] | None) -> None:
    whole = answers.completion("m", "c1", text=text, finish="length")
    found = answers.chunks(whole, usage)

    with_choice = [chunk["choices"][0] for chunk in found if chunk["choices"]]
    assert "".join(choice["delta"].get("content", "") for choice in with_choice) == text
    assert with_choice[0]["delta"]["role"] == "assistant"
    assert {choice["finish_reason"] for choice in with_choice[:-1]} == {None}
    assert with_choice[-1]["finish_reason"] == "length"
    assert {chunk["id"] for chunk in found} == {"c1"}
    assert [chunk["usage"] for chunk in found if "usage" in chunk] == ([usage] if usage else [])


def test_a_streamed_refusal_is_said() -> None:
    whole = answers.completion("m", "c1", text="", finish="stop", refusal=answers.REFUSAL)
    said = [
        chunk["choices"][0]["delta"].get("content", "") for chunk in answers.chunks(whole, None)
    ]
    assert "".join(said) == answers.REFUSAL


@pytest.mark.parametrize("dimensions", [1, 64, 384])
def test_embeddings_have_length_one_and_both_forms(dimensions: int) -> None:
    plain = answers.embedding("graph networks learn", dimensions, as_base64=False)
    packed = answers.embedding("graph networks learn", dimensions, as_base64=True)
    assert isinstance(plain, list)
    assert isinstance(packed, str)
    assert len(plain) == dimensions
    assert math.hypot(*plain) == pytest.approx(1.0)
    assert struct.unpack(f"<{dimensions}f", base64.b64decode(packed)) == pytest.approx(plain)


def dot(one: str, other: str) -> float:
    both = [answers.embedding(text, 256, as_base64=False) for text in (one, other)]
    return sum(float(a) * float(b) for a, b in zip(*both, strict=True))


def test_like_texts_are_alike_and_nothing_is_no_direction() -> None:
    assert dot("graph networks learn well", "Graph networks learn badly") > 0.5
    assert abs(dot("graph networks learn well", "soup of the day")) < 0.3
    assert set(answers.embedding("", 8, as_base64=False)) == {0.0}
