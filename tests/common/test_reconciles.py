"""When a run of the reconciliation left nothing wrong."""

from typing import Any

import pytest

from common.reconciles import Record


@pytest.mark.parametrize(
    ("fields", "is_fine"),
    [
        ({"state": "ok"}, True),
        ({"state": "ok", "found": {"orphan": 1}, "mended": {"orphan": 1}}, True),
        ({"state": "ok", "found": {"orphan": 1}, "left": {"orphan": 1}}, False),
        ({"state": "ok", "found": {"orphan": 1}, "dry_run": True}, False),
        ({"state": "ok", "dry_run": True}, True),
        ({"state": "running"}, False),
        ({"state": "failed"}, False),
    ],
)
def test_whether_all_is_well(fields: dict[str, Any], is_fine: bool) -> None:
    assert Record(id="1", **fields).is_fine is is_fine
