"""Whatever was given up has its letter."""

import msgspec
import pytest

from audit_log import NOW_S, ONE, fact, found, letter, of_paper, reads
from cli.audit.advisory import heard, wanted
from cli.audit.evidence import Evidence
from cli.audit.judge import judge
from cli.audit.log import Log
from common import advisories
from common.scan import Read


def advisory(seq: int, consumer: str = "fetcher-paper-announced") -> Read:
    body = advisories.Advisory(stream="PAPERS", consumer=consumer, stream_seq=seq)
    return Read(1, NOW_S, "x", {}, msgspec.json.encode(body))


@pytest.mark.parametrize(
    ("seq", "findings"),
    [(2, []), (len(of_paper(ONE)) + 1, [("A9", "arxiv:new")])],
    ids=["its letter is there", "nobody wrote a letter"],
)
def test_an_advisory_needs_a_letter(seq: int, findings: list[tuple[str, str]]) -> None:
    all_heard = [heard(advisory(seq))]
    messages = [*of_paper(ONE), fact("arxiv:new", "paper.announced")]
    seen = Evidence(began_s=NOW_S, began_seq=len(messages) + 1, heard=all_heard)
    seen.log = Log(wanted=wanted(all_heard))
    for read in reads([*messages, letter(ONE)]):
        seen.log.take(read)
    assert [one for one in found(judge(seen)) if one[0] == "A9"] == findings
