"""Deliveries on disk."""

from pathlib import Path

import pytest

from standalone.sinks.journal import Delivery, append, body_value, read

ONE = Delivery(
    at="2026-06-17T00:00:00+00:00",
    path="/hook",
    headers={"a": "b"},
    body={"x": [1]},
    verified=True,
    problem=None,
    status=200,
)


def test_what_is_appended_is_read(tmp_path: Path) -> None:
    path = tmp_path / "webhooks.jsonl"
    assert read(path) == []
    append(path, ONE)
    append(path, ONE)
    assert read(path) == [ONE, ONE]


def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "webhooks.jsonl"
    append(path, ONE)
    with path.open("ab") as file:
        file.write(b'{"at": "2026')
    assert read(path) == [ONE]


@pytest.mark.parametrize(
    ("body", "value"), [(b'{"a":1}', {"a": 1}), (b"plain", "plain"), (b"\xff", "\ufffd"), (b"", "")]
)
def test_bodies(body: bytes, value: object) -> None:
    assert body_value(body) == value
