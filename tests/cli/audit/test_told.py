"""A delivery is left behind once nobody went on with it when it was due."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from audit_log import NOW_S, ONE, of_paper, reads
from cli.audit.evidence import Evidence
from cli.audit.told import told
from common.ids import stamp
from common.kv import Entry
from common.watches import Delivery, record_key


def at(seconds: float) -> str:
    return stamp(datetime.fromtimestamp(NOW_S + seconds, UTC))


@pytest.mark.parametrize(
    ("fields", "late"),
    [
        ({"state": "gathered", "next_at": at(86_400)}, False),
        ({"state": "gathered", "next_at": at(-30)}, False),
        ({"state": "gathered", "next_at": at(-9000)}, True),
        ({"state": "waiting", "next_at": at(3600)}, False),
        ({"state": "waiting", "next_at": at(-9000)}, True),
        ({"state": "claimed"}, True),
        ({"state": "sent"}, False),
    ],
)
def test_what_is_late(fields: dict[str, Any], late: bool) -> None:
    one = Delivery(
        id="msg_1",
        watch="w",
        paper=ONE,
        version=1,
        moment="summary",
        channel="mail",
        place="a@example.org",
        created=at(-90_000),
        at=at(-90_000),
        **fields,
    )
    seen = Evidence(began_s=NOW_S)
    for read in reads(of_paper(ONE), NOW_S - 90_000):
        seen.log.take(read)
    body = msgspec.json.encode(one)
    seen.told.take_records([(record_key("w", ONE, "summary"), Entry(body, 1))])
    assert ["A11"] * late == [found.check for found in told(seen)]
