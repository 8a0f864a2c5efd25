"""Ports that are free, and stay."""

import json
import socket
from pathlib import Path

import pytest

from standalone.ports import choose, free_ports, is_free


def test_free_ports_are_different_and_free() -> None:
    found = free_ports(30)
    assert len(set(found)) == 30
    assert all(is_free(port) for port in found)


def test_a_port_in_use_is_not_free() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_ports_stay_from_start_to_start(tmp_path: Path) -> None:
    kept = tmp_path / "ports.json"
    first = choose(["a", "b"], kept)
    assert choose(["b", "a"], kept) == first
    more = choose(["a", "b", "c"], kept)
    assert {name: more[name] for name in first} == first
    assert len(set(more.values())) == 3


def test_one_that_was_taken_is_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "ports.json"
    first = choose(["a", "b"], kept)
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", first["a"]))
        busy.listen()
        second = choose(["a", "b"], kept)
    assert second["a"] != first["a"]
    assert second["b"] == first["b"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"a": "x"}', '{"a": 70000}', '{"a": -1}', '{"a": true}', '"a"']
)
def test_a_file_that_is_no_use_is_written_anew(tmp_path: Path, text: str) -> None:
    kept = tmp_path / "ports.json"
    kept.write_text(text)
    chosen = choose(["a"], kept)
    assert json.loads(kept.read_text()) == chosen
    assert is_free(chosen["a"])


def test_two_names_never_share_a_port(tmp_path: Path) -> None:
    kept = tmp_path / "ports.json"
    (port,) = free_ports(1)
    kept.write_text(json.dumps({"a": port, "b": port}))
    chosen = choose(["a", "b"], kept)
    assert chosen["a"] == port
    assert chosen["b"] != port
