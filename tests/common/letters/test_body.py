"""Bodies as a person can read them."""

import pytest

from common.letters.body import readable


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", ""),
        (b'{"b":1,"a":[2]}', '{\n  "b": 1,\n  "a": [\n    2\n  ]\n}'),
        ('{"t":"\u8ad6\u6587"}'.encode(), '{\n  "t": "\u8ad6\u6587"\n}'),
        (b"plain", "plain"),
        (b"\xff\x1b[31m", "\\xff\\x1b[31m"),
        (b"a\tb\rc\nd", "a\\tb\\rc\nd"),
        (b"password=canary77", "password=***"),
        (b'{"url": "https://u:canary77@host/"}', '{\n  "url": "https://***@host/"\n}'),
    ],
)
def test_bodies(body: bytes, shown: str) -> None:
    assert readable(body) == shown


def test_what_is_nested_too_deeply_is_shown_as_text() -> None:
    body = b"[" * 100_000
    assert readable(body) == body.decode()


def test_right_to_left_marks_cannot_turn_a_line_round() -> None:
    assert "\u202e" not in readable('{"t":"\u202eabc"}'.encode())
