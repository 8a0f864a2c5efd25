"""Row 15: bodies that are no messages, messages nobody can read, PDFs that are bombs."""

import json
from typing import Any

import pytest

from chaos.conftest import Share
from chaos.kit import outside
from chaos.kit.load import Load
from chaos.kit.verdict import assert_green, checks_found
from common import topology
from common.batch import Draft, publish_one
from common.events import PaperEmbedded, PaperFetched, SummaryReady
from common.runtime import Runtime
from servers import poll_until

pytestmark = [pytest.mark.quick_chaos, pytest.mark.timeout(500)]
BODIES = (
    b"",
    b"not json",
    b"\xff\xfe\x00",
    b"[" * 5000,
    b'{"paper": 7}',
    b'{"schema_version": 99, "paper": "arxiv:2606.00001"}',
    json.dumps({"paper": "x" * 20000}).encode(),
)
UNREADABLE = 7
SUBJECTS = (PaperFetched.subject, PaperEmbedded.subject, SummaryReady.subject)


async def poison(runtime: Runtime) -> None:
    for subject in SUBJECTS:
        for body in BODIES:
            await publish_one(runtime.js, topology.PAPERS, Draft(subject=subject, body=body))


async def letters(runtime: Runtime) -> int:
    info = await runtime.js.stream_info(topology.PAPERS, subjects_filter="dead.>")
    return sum((info.state.subjects or {}).values())


def test_what_died_is_replayed_and_ends_well(share: Share) -> None:
    system = share(12)
    model = f"http://127.0.0.1:{system.ports['llm']}/control"
    outside.ask(model, "PUT", {"steps": [{"fault": "refuse", "times": 6}]})
    with Load(system, 1) as load:
        pass
    system.settle()
    listed = system.command("dead", "list", "--service", "summarizer", "--json")
    dead = letters_of(listed.stdout)
    assert dead, "no paper died of a refusal"
    reason = dead[0]["reason"]
    done = system.command("dead", "replay", "--service", "summarizer", "--reason", reason, "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    system.reach(lambda counts: counts.notified == system.papers, "not ready", 120)
    verdict = assert_green(system, load.accepted)
    print(f"{len(dead)} died of {reason}; {verdict}")
    assert verdict.audit["dead"] == 0


def test_others_go_on_and_each_has_a_letter(share: Share) -> None:
    system = share(12)
    before = system.on_bus(letters)
    system.on_bus(poison)
    with Load(system, 1):
        pass
    takers = sum(
        1
        for consumer in topology.CONSUMERS
        if consumer.stream == topology.PAPERS and consumer.event.subject in SUBJECTS
    )
    poll_until(
        lambda: system.on_bus(letters) >= before + takers * len(BODIES),
        "too few letters",
        seconds=120,
    )
    system.settle()
    assert all(map(system.is_ready, topology.SERVICES))
    listed = system.command("dead", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    undecodable = [one for one in letters_of(listed.stdout) if one["reason"] == "undecodable"]
    print(f"{len(undecodable)} letters for {takers} x {len(BODIES)} bodies")
    assert len(undecodable) == takers * len(BODIES)
    found = checks_found(system)
    print(f"the audit finds {found}")
    assert found == {"A2": len(SUBJECTS) * UNREADABLE}, "others were drawn in"


def letters_of(output: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(output)["letters"]
    return found
