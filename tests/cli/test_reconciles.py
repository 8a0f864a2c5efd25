"""The newest reconciliation, as the status shows it."""

import msgspec
import pytest

from cli.reconciles import brief, newest
from common.kv import Entry, key
from common.reconciles import Record

BEGAN, ENDED = "2026-11-22T03:30:00.123Z", "2026-11-22T03:30:07.456Z"
FOUND = {"stuck": 2, "pdf_missing": 1}


def record(state: str = "ok", **more: object) -> Record:
    return msgspec.convert(
        {"id": "1", "state": state, "started": BEGAN, "ended": ENDED, **more}, Record
    )


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (record(), "nothing was wrong"),
        (
            record(found=FOUND, mended={"stuck": 2}, left={"pdf_missing": 1}),
            "found 1 PDFs not in the store, 2 papers that stood still; 2 mended, 1 left",
        ),
        (
            record(found={"tldr_wrong": 2}, dry_run=True),
            "found 2 summaries not shown in the index; only looked",
        ),
        (
            record(found={"orphan": 9}, left={"orphan": 9}, note="why"),
            "found 9 papers in the index that the ledger does not know; 0 mended, 9 left; why",
        ),
        (record("failed", note="boom"), "failed; boom"),
    ],
)
def test_an_ended_run_in_one_sentence(run: Record, words: str) -> None:
    assert brief(run) == f"2026-11-22T03:30:07Z: {words}"


def test_none_and_one_at_work() -> None:
    assert brief(None) == "has not run yet"
    at_work = record("running", stage="comparing")
    assert brief(at_work) == "runs since 2026-11-22T03:30:00Z: comparing"


class Runs:
    """A bucket of runs."""

    def __init__(self, *records: Record) -> None:
        self._items = [(key("run", one.id), Entry(msgspec.json.encode(one), 1)) for one in records]

    async def items(self, prefix: str = "", /) -> list[tuple[str, Entry]]:
        return [(name, entry) for name, entry in self._items if name.startswith(prefix)]


async def test_the_run_begun_last_is_the_newest() -> None:
    first, last = record(id="b"), record("running", id="a", started=ENDED)
    assert await newest(Runs(first, last)) == last
    assert await newest(Runs(first)) == first
    assert await newest(Runs()) is None
