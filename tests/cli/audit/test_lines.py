"""What explains that a paper has not ended."""

from typing import Any

import pytest

from audit_log import NOW_S, ONE, of_paper, reads
from cli.audit.evidence import Evidence
from cli.audit.judge import judge
from cli.audit.lines import Line
from common import topology


def line(durable: str, **more: Any) -> Line:
    (consumer,) = [one for one in topology.CONSUMERS if one.durable == durable]
    known: dict[str, Any] = {"delivered": 0, "settled": 0, "waiting": 1, "in_work": 0}
    known |= {"active_s": NOW_S, "paused": False, **more}
    return Line(consumer, **known)


LATE_S = NOW_S - 600
WAITING: dict[str, tuple[float, Line, int]] = {
    "young and in line": (NOW_S - 5, line("notifier-summary-ready"), 0),
    "old, in line, and the line moves": (LATE_S, line("notifier-summary-ready"), 0),
    "old, and the line stands": (LATE_S, line("notifier-summary-ready", active_s=LATE_S), 1),
    "old, and the line is paused": (
        LATE_S,
        line("notifier-summary-ready", active_s=LATE_S, paused=True),
        0,
    ),
    "young and in work": (NOW_S - 5, line("notifier-summary-ready", delivered=99, in_work=1), 0),
    "old and in work": (LATE_S, line("notifier-summary-ready", delivered=99, in_work=1), 1),
    "settled": (NOW_S - 5, line("notifier-summary-ready", delivered=99, settled=99), 1),
    "nothing waits": (NOW_S - 5, line("notifier-summary-ready", waiting=0), 1),
    "somebody else's line": (NOW_S - 5, line("indexer-paper-fetched"), 1),
}


@pytest.mark.parametrize("case", WAITING)
def test_what_explains_that_a_paper_has_not_ended(case: str) -> None:
    at_s, there, findings = WAITING[case]
    messages = of_paper(ONE)[:-1]
    seen = Evidence(began_s=NOW_S, began_seq=len(messages), lines=[there])
    for read in reads(messages, at_s):
        seen.log.take(read)
    stuck = [one for one in judge(seen).unexplained if one.check == "A11"]
    assert len(stuck) == findings
    assert judge(seen).in_work == 1
