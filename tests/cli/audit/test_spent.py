"""What was paid: once for each recipe, and once more for each summary that was lost."""

import msgspec
import pytest

from audit_log import NOW_S, ONE, Message, found, reads, row
from cli.audit.evidence import Evidence
from cli.audit.judge import judge
from cli.audit.spent import IN_VAIN, Spent
from common.events import ObjectRef, PaperMeta, SummaryReady
from common.ids import event_id

RECIPE = "ab" * 32
KEY = f"summary/{RECIPE}.json"
KEPT = Spent(recipe=RECIPE, prompt_tokens=1000, completion_tokens=100, cost_usd=0.01)


def stated(digest: str, *, epoch: int = 0, paper: str = ONE) -> Message:
    fact = SummaryReady(
        paper=paper,
        version=1,
        epoch=epoch,
        event_id=event_id(paper, "summary.ready", 1, epoch),
        meta=PaperMeta(title="T"),
        tldr="T.",
        summary=ObjectRef(key=KEY, size_bytes=10, sha256=digest * 64),
        model="gpt-4o-mini",
        recipe=RECIPE,
        prompt_tokens=1000,
        completion_tokens=100,
        cost_usd=0.01,
    )
    return "summary.ready", msgspec.json.encode(fact)


LOGS: dict[str, tuple[list[Message], int, int]] = {
    "paid once": ([stated("a")], 1, 0),
    "shown again": ([stated("a"), stated("a", epoch=1)], 1, 0),
    "lost and paid again another day": ([stated("a"), stated("b", epoch=1)], 2, 0),
    "no record": ([stated("a")], 0, 1),
    "two records": ([stated("a")], 2, 1),
    "a third record": ([stated("a"), stated("b", epoch=1)], 3, 1),
    "two papers, one recipe": ([stated("a"), stated("b", paper="doi:10.1/x")], 1, 1),
}


@pytest.mark.parametrize("case", LOGS)
def test_what_was_paid(case: str) -> None:
    messages, records, findings = LOGS[case]
    seen = Evidence(began_s=NOW_S, began_seq=len(messages))
    for read in reads(messages):
        seen.log.take(read)
    seen.spent = [KEPT] * records
    assert [one for one, _ in found(judge(seen)) if one == "A7"] == ["A7"] * findings


VAIN: dict[str, tuple[list[Message], int, int]] = {
    "a talk that came to nothing": ([], IN_VAIN, 0),
    "more of them than one talk has": ([], IN_VAIN + 1, 1),
    "a talk before it was kept": ([stated("a")], IN_VAIN, 0),
    "asked for again by a person": ([row(ONE, "summarizer", "dead", epoch=1)], 2 * IN_VAIN, 0),
    "and more than that": ([row(ONE, "summarizer", "dead", epoch=1)], 2 * IN_VAIN + 1, 1),
}


@pytest.mark.parametrize("case", VAIN)
def test_calls_in_vain_are_counted_and_few(case: str) -> None:
    messages, calls, findings = VAIN[case]
    seen = Evidence(began_s=NOW_S, began_seq=len(messages))
    for read in reads(messages):
        seen.log.take(read)
    lost = msgspec.structs.replace(KEPT, kept=False)
    seen.spent = [KEPT, *([lost] * calls)]
    verdict = judge(seen)
    assert verdict.paid_in_vain == calls
    assert [one for one, _ in found(verdict) if one == "A7"] == ["A7"] * findings
