"""Fault scripts: which request takes which fault, and what is no script."""

from pathlib import Path

import pytest

from standalone.upstream.faults import Fault, FaultError, Script, decode_faults, read_faults


@pytest.mark.parametrize(
    ("match", "target", "covers"),
    [
        ("/pdf/2401.00001", "/pdf/2401.00001", True),
        ("/pdf/2401.00001", "/pdf/2401.00001v2", True),
        ("/pdf/2401.00001", "/abs/2401.00001", False),
        ("/oai", "/oai?verb=Identify", True),
        ("/oai*resumptionToken=*", "/oai?verb=ListRecords&resumptionToken=x", True),
        ("/oai*resumptionToken=*", "/oai?verb=ListRecords", False),
        ("*", "/anything", True),
    ],
)
def test_covers(match: str, target: str, covers: bool) -> None:
    assert Fault(match=match, kind="missing").covers(target) is covers


def test_faults_happen_as_often_as_told_after_as_many_as_told() -> None:
    script = Script()
    script.add([Fault(match="/a", kind="reset", times=2, skip=1), Fault(match="/a", kind="hang")])
    kinds = [fault.kind if (fault := script.take("/a")) else None for _ in range(5)]
    assert kinds == ["hang", "reset", "reset", None, None]
    assert script.happened == 3


def test_for_ever_until_cleared() -> None:
    script = Script()
    script.add([Fault(match="/a", kind="reset", times=None)])
    assert all(script.take("/a") for _ in range(100))
    script.clear()
    assert script.take("/a") is None


def test_one_or_a_list() -> None:
    one = b'{"match": "/pdf/1", "kind": "status", "status": 429, "retry_after_s": 2, "times": 3}'
    wanted = Fault(match="/pdf/1", kind="status", status=429, retry_after_s=2, times=3)
    assert decode_faults(one) == [wanted]
    assert decode_faults(b"[" + one + b"," + one + b"]") == [wanted, wanted]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"match": "/a"}',
        b'{"match": "/a", "kind": "explode"}',
        b'{"match": "/a", "kind": "status", "status": 200}',
        b'{"match": "/a", "kind": "drip", "bytes_per_s": 0}',
        b'{"match": "/a", "kind": "reset", "tims": 1}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_bad_scripts(data: bytes) -> None:
    with pytest.raises(FaultError, match="not a fault"):
        decode_faults(data)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FaultError, match=r"none\.json"):
        read_faults(tmp_path / "none.json")
