"""`/control`: statistics, faults, announcements, and bad input."""

from collections.abc import Callable

import msgspec
import pytest

from standalone.upstream.control import Control
from standalone.upstream.faults import Script
from standalone.upstream.records import Record
from standalone.upstream.statistics import Statistics
from standalone.upstream.store import Store


@pytest.fixture
def store(record: Callable[..., Record]) -> Store:
    return Store([record()])


@pytest.fixture
def control(store: Store) -> Control:
    return Control(store, Script(), Statistics())


def test_overview(control: Control) -> None:
    told = msgspec.json.decode(control.answer("GET", "/control", b"").body)
    assert (told["papers"], told["newest"]) == (1, "2026-06-17")
    assert told["asked"]["total"] == 0
    assert told["faults_pending"] == []


def test_faults_are_added_and_cleared(control: Control) -> None:
    fault = b'{"match": "/oai", "kind": "status"}'
    added = msgspec.json.decode(control.answer("POST", "/control/faults", fault).body)
    assert [one["match"] for one in added["pending"]] == ["/oai"]
    cleared = control.answer("DELETE", "/control/faults", b"")
    assert msgspec.json.decode(cleared.body) == {"pending": []}


@pytest.mark.parametrize("lines", [True, False])
def test_announce_lines_or_array(
    control: Control, store: Store, record: Callable[..., Record], lines: bool
) -> None:
    records = [record(title="Again"), record(id="2606.00002")]
    body = b"\n".join(map(msgspec.json.encode, records)) if lines else msgspec.json.encode(records)
    answer = control.answer("POST", "/control/announce", body)
    assert msgspec.json.decode(answer.body) == {"added": 1, "replaced": 1}
    assert len(store.listed) == 2


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/control/faults", b"{}", 400),
        ("POST", "/control/announce", b"", 400),
        ("POST", "/control/announce", b"[{}]", 400),
        ("POST", "/control/announce", b"[", 400),
        ("POST", "/control/announce", b"nonsense", 400),
        ("POST", "/control", b"", 404),
        ("GET", "/control/nix", b"", 404),
    ],
)
def test_bad_input(control: Control, method: str, path: str, body: bytes, status: int) -> None:
    answer = control.answer(method, path, body)
    assert answer.status == status
    assert msgspec.json.decode(answer.body)["error"]
