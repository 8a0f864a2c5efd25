"""What each check proves, in plain words."""

from collections import Counter
from collections.abc import Iterator

from cli.audit.verdict import Verdict

CHECKS: dict[str, str] = {
    "A1": "every accepted paper is in the ledger",
    "A2": "each row begins as it may and follows the revision before it",
    "A3": "an end is an end, unless more was asked for",
    "A4": "each fact is stated once, beside its row",
    "A5": "bodies, index and summaries are as the facts say",
    "A6": "nothing lies anywhere without a cause",
    "A7": "each summary was paid for and counted once",
    "A8": "nobody was told twice or without a record",
    "A9": "whatever was given up has its dead letter",
    "A10": "no secret lies in anything that is kept",
    "A11": "every paper and job has ended or is at work",
    "A12": "each request left one job and one root, or none, never two",
}


def counted(verdict: Verdict) -> dict[str, int]:
    """How many findings each check has."""
    found = Counter(one.check for one in (*verdict.unexplained, *verdict.doubled))
    return {name: found[name] for name in CHECKS}


def table(verdict: Verdict) -> Iterator[str]:
    """A line a check."""
    for name, number in counted(verdict).items():
        yield f"{name:<4} {CHECKS[name]:<64} {number or 'ok'}"
