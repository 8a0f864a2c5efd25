"""Row 18: a title of two megabytes; its paper is dead from the start, and nobody else minds."""

import json

import pytest

from chaos.conftest import Start
from chaos.kit import outside
from chaos.kit.verdict import assert_green
from common import topology
from servers import poll_until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(400)]
HUGE = "2606.99998"


def test_others_go_on_and_connections_stay(start: Start) -> None:
    system = start(12)
    before = {name: system.pid(name) for name in topology.SERVICES}
    record = json.loads((system.folder / "day.jsonl").read_text().splitlines()[0])
    huge = {**record, "id": HUGE, "title": "T" * 2_000_000}
    source = f"http://127.0.0.1:{system.ports['upstream']}"
    print(outside.ask(f"{source}/control/announce", "POST", [huge]))
    outside.ask(f"{system.page}/api/v1/papers", "POST", {"ids": [HUGE]})
    system.load()
    wanted = ("dead", "list", "--reason", "event_too_large", "--json")
    poll_until(
        lambda: bool(json.loads(system.command(*wanted).stdout)["letters"]), "it is not dead"
    )
    verdict = assert_green(system)
    print(verdict)
    (letter,) = json.loads(system.command(*wanted).stdout)["letters"]
    assert letter["paper"] == f"arxiv:{HUGE}"
    assert letter["error"].startswith("its title has 2000000 characters")
    assert {name: system.pid(name) for name in topology.SERVICES} == before
