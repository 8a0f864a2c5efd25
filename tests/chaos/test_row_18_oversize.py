"""Row 18: a title of two megabytes; it must not reach the wire as an event."""

import json

import pytest

from chaos.conftest import Start
from chaos.kit import outside
from chaos.kit.verdict import assert_green
from common import topology

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(400)]


def test_others_go_on_and_connections_stay(start: Start) -> None:
    system = start(12)
    before = {name: system.pid(name) for name in topology.SERVICES}
    record = json.loads((system.folder / "day.jsonl").read_text().splitlines()[0])
    huge = {**record, "id": "2606.99998", "title": "T" * 2_000_000}
    source = f"http://127.0.0.1:{system.ports['upstream']}"
    print(outside.ask(f"{source}/control/announce", "POST", [huge]))
    outside.ask(f"{system.page}/api/v1/papers", "POST", {"ids": ["2606.99998"]})
    system.load()
    verdict = assert_green(system)
    print(verdict)
    assert {name: system.pid(name) for name in topology.SERVICES} == before
