"""Ports that are free, and stay."""

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from standalone.ports import BLOCK, LOWEST, OUTGOING, choose, free_ports, is_free


def test_free_ports_are_different_and_free() -> None:
    found = free_ports(30)
    assert len(set(found)) == 30
    assert all(is_free(port) for port in found)


def test_no_outgoing_connection_takes_one_of_them() -> None:
    first = int(OUTGOING.read_text().split()[0])
    assert all(LOWEST <= port < first for port in free_ports(30))


CHOOSING = """
import sys
from pathlib import Path
from standalone.ports import free_ports
print(*(free_ports(10, Path(sys.argv[1])) + free_ports(10, Path(sys.argv[1]))), flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def choosing(outgoing: Path, **environ: str) -> Iterator[list[int]]:
    """The ports another process has chosen and nobody listens on yet; it lives in the block."""
    with subprocess.Popen(
        [sys.executable, "-c", CHOOSING, str(outgoing)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environ},
    ) as process:
        assert process.stdout is not None
        yield [int(port) for port in process.stdout.readline().split()]
        process.kill()


def test_what_one_process_chose_no_other_chooses(tmp_path: Path) -> None:
    outgoing = tmp_path / "range"
    outgoing.write_text(f"{LOWEST + 20 * BLOCK} 60999")
    with contextlib.ExitStack() as stack:
        chosen = [stack.enter_context(choosing(outgoing)) for _ in range(4)]
        together = [port for ports in chosen for port in ports]
        assert len(together) == 80
        assert len(set(together)) == 80


def test_where_no_file_can_be_locked_ports_are_found_all_the_same(tmp_path: Path) -> None:
    outgoing = tmp_path / "range"
    outgoing.write_text(f"{LOWEST + 20 * BLOCK} 60999")
    (tmp_path / f"paperbus-ports-{os.getuid()}").mkdir()
    with choosing(outgoing, TMPDIR=str(tmp_path)) as found:
        assert len(set(found)) == 20
        assert all(LOWEST <= port < LOWEST + 20 * BLOCK for port in found)


@pytest.mark.parametrize("text", [None, "", "x y", f"{LOWEST} 60999", f"{LOWEST + 5} 60999"])
def test_where_the_kernel_leaves_too_few_it_gives_them_itself(
    tmp_path: Path, text: str | None
) -> None:
    outgoing = tmp_path / "range"
    if text is not None:
        outgoing.write_text(text)
    found = free_ports(30, outgoing)
    assert len(set(found)) == 30
    assert all(map(is_free, found))


def test_a_busy_port_is_passed_over(tmp_path: Path) -> None:
    outgoing = tmp_path / "range"
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", free_ports(1)[0]))
        busy.listen()
        port = busy.getsockname()[1]
        outgoing.write_text(f"{port + 1} 60999")
        assert port not in free_ports(50, outgoing)


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
