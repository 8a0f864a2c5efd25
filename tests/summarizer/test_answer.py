"""What a model answers is checked and cleaned (rules M4, M5)."""

import pytest

from summarizer.answer import Draft, clean, read, schema, visible


@pytest.mark.parametrize(
    "text",
    [
        '{"tldr": "Short."}',
        ' \n{"tldr": "Short.", "limits": ""}\n',
        '```json\n{"tldr": "Short."}\n```',
        '```\n{"tldr": "Short."}\n```',
        '<think>hm, {"tldr": "no"}</think>{"tldr": "Short."}',
    ],
)
def test_answers_that_are_taken(text: str) -> None:
    assert read(text) == Draft(tldr="Short.")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Here is the summary.",
        'Sure: {"tldr": "Short."}',
        '{"tldr": "Short."} and more',
        '{"tldr": ""}',
        '{"tldr": "https://evil.example"}',
        '{"tldr": 5}',
        '{"method": "x"}',
        '{"tldr": "x", "score": "10/10"}',
        '["tldr"]',
        "[" * 100_000,
        '{"tldr": "' + "x" * 1001 + '"}',
    ],
)
def test_answers_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words come from the decoder
        read(text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("See https://evil.example/x?y=1 now", "See now"),
        ("See <https://evil.example> now", "See now"),
        ("[click](http://evil.example) here", "click here"),
        ("![x](http://evil.example/p.png)", "x"),
        ("[a](javascript:alert(1)) b", "a b"),
        ("a <script>alert(1)</script> b", "a b"),
        ('<img src="x" onerror="y"> b', "b"),
        ("<b>bold</b><br/> text", "bold text"),
        ("a<!-- hidden --> b", "a b"),
        ("if $a < b$ and $c > d$", "if $a < b$ and $c > d$"),
        ("for x <y and z> w", "for x <y and z> w"),
        ("two\n\nlines\there", "two lines\there"),
        ("zero\u200bwidth \U000e0041tag \u202ertl", "zerowidth tag rtl"),
        ("www.evil.example is bad", "is bad"),
    ],
)
def test_only_prose_is_left(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_the_schema_is_closed() -> None:
    asked = schema()
    assert asked["additionalProperties"] is False
    assert asked["required"] == ["tldr", "problem", "method", "findings", "limits"]


def test_invisible_signs_go_and_letters_stay() -> None:
    assert visible("é 字 𝒪\ufeff\x00") == "é 字 𝒪"
