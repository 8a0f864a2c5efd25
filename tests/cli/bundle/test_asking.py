"""Parts are asked apart from each other, and what becomes of each is told."""

import socket
from pathlib import Path

import pytest

from cli import envfile
from cli.bundle.asking import ask, ask_all
from cli.bundle.parts import Part, parts
from common.errors import UsageError
from runbook_pages import wrong


def part(*asks: str) -> Part:
    return Part(file=asks[0], asks=asks, text="a part")


def test_every_part_asks_for_what_exists() -> None:
    found = parts("30d", "arxiv:2606.00001")
    assert [words for one in found if (words := wrong(f"paperbus {' '.join(one.asks)}"))] == []
    assert len({one.file for one in found}) == len(found)
    assert {len(parts("1h", "")), len(found) - 2} == {len(found) - 2}
    errors = next(one for one in found if one.file == "errors.json")
    assert errors.asks == ("errors", "--since", "7d", "--json"), "errors are kept no longer"


def test_a_wrong_span_is_refused() -> None:
    with pytest.raises(UsageError, match="--since"):
        parts("yesterday", "")


def test_an_answer_and_a_refusal() -> None:
    said: list[str] = []
    fine, refused = ask_all([part("topology", "show"), part("nonsense")], None, said.append)
    assert fine.outcome == "ok"
    assert b"PAPERS" in fine.body
    assert refused.outcome == "exit 2"
    assert "nonsense" in refused.said
    assert len(said) == 2


def test_one_that_hangs_is_left(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes a connection and says nothing
        address = f"nats://127.0.0.1:{silent.getsockname()[1]}"
        envfile.write(tmp_path, {"NATS_URL": address})
        late = ask(part("status", "--json"), tmp_path, patience_s=0.01)
    assert late.outcome == "took too long"
    assert late.body == b""
