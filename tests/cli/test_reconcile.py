"""What ``paperbus reconcile`` shows."""

import pytest

from cli.reconcile import shown
from common.reconciles import Record

FOUND = {"points_wrong": 3, "pdf_missing": 1}
CASES = [
    (Record(id="1", state="ok", papers=5, indexed=5, objects=9), True, "nothing is wrong"),
    (
        Record(id="1", state="ok", found=FOUND, mended=FOUND, examples=("pdf_missing: p: gone",)),
        True,
        "3 papers wrong or missing in the index, 3 mended",
    ),
    (
        Record(
            id="1", state="ok", found=FOUND, mended={"points_wrong": 3}, left={"pdf_missing": 1}
        ),
        False,
        "1 PDFs not in the store, 0 mended",
    ),
    (
        Record(id="1", state="ok", dry_run=True, found=FOUND),
        False,
        "wrong or missing in the index\n",
    ),
    (Record(id="1", state="ok", found=FOUND, note="too many"), True, "note: too many"),
    (Record(id="1", state="failed", note="boom"), False, "the run ended as failed"),
]


@pytest.mark.parametrize(("record", "fine", "words"), CASES)
def test_what_is_shown(record: Record, fine: bool, words: str) -> None:
    assert record.is_fine is fine
    assert words in f"{shown(record)}\n"
