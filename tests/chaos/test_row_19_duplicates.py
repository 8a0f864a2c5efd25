"""Row 19: the same request twenty times at once, the same fact stated again, also much later."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from chaos.conftest import Share
from chaos.kit.outside import ask, calls
from chaos.kit.system import System
from chaos.kit.verdict import assert_green, checks_found
from common import topology
from common.batch import Draft, publish_one
from common.events import PaperFetched
from common.runtime import Runtime
from servers import poll_until

pytestmark = [pytest.mark.quick_chaos, pytest.mark.timeout(500)]
TIMES = 20
ALREADY = 'paperbus_messages_total{outcome="already"'


def test_one_paper_one_effect(share: Share) -> None:
    system = share(12)
    before = system.metric("indexer", ALREADY)
    url = f"{system.page}/api/v1/papers"
    with ThreadPoolExecutor(TIMES) as pool:
        asked = [pool.submit(ask, url, "POST", {"ids": system.ids}, 120) for _ in range(TIMES)]
        assert {answer.result()["accepted"][0] for answer in asked}
    first = assert_green(system)
    system.is_green = False  # from here on its log says things twice
    told, paid = hooks_of(system), len(calls(system.ports["llm"]))
    stated = system.on_bus(again)
    system.down("nats")
    system.up("nats")
    stated += system.on_bus(again)
    poll_until(lambda: not system.waiting(), "still at work", seconds=120)
    assert (hooks_of(system), len(calls(system.ports["llm"]))) == (told, paid)
    assert stated >= system.papers
    assert first.audit["papers"] == system.papers
    assert system.metric("indexer", ALREADY) - before >= system.papers
    found = checks_found(system)
    print(f"the audit finds {found}")
    assert found == {"A4": stated}, "it had another effect than being stated again"


def hooks_of(system: System) -> set[str]:
    """Ids of what was told of the row's papers; of others, a notifier that died tells late."""
    mine = {f"arxiv:{one}" for one in system.ids}
    received = ask(f"http://127.0.0.1:{system.ports['webhook']}/received")
    mine_told = [hook for hook in received if hook["body"]["data"].get("paper") in mine]
    return {hook["headers"]["webhook-id"] for hook in mine_told}


async def again(runtime: Runtime) -> int:
    """State every fetched paper again as a sender would that lost its memory: without an id."""
    found = 0
    last = await runtime.bus.last_seq()
    for seq in range(1, last + 1):
        fact = await runtime.bus.get(seq)
        if fact is None or fact.subject != PaperFetched.subject:
            continue
        body = msgspec.json.encode(msgspec.json.decode(fact.body, type=PaperFetched))
        await publish_one(runtime.js, topology.PAPERS, Draft(subject=fact.subject, body=body))
        found += 1
    return found
