"""Drafts and their limits."""

import pytest

from common import topology
from common.batch import Draft, check_size
from common.errors import EventTooLarge


@pytest.mark.parametrize(
    ("draft", "headers"),
    [
        (Draft(subject="s", body=b""), {}),
        (Draft(subject="s", body=b"", message_id="i"), {"Nats-Msg-Id": "i"}),
        (
            Draft(subject="s", body=b"", expected_seq=0),
            {"Nats-Expected-Last-Subject-Sequence": "0"},
        ),
        (Draft(subject="s", body=b"", ttl_s=60), {"Nats-TTL": "60s"}),
        (Draft(subject="s", body=b"", trace="00-a-b-01"), {"traceparent": "00-a-b-01"}),
        (
            Draft(subject="s", body=b"", headers={"X": "1"}, message_id="i"),
            {"X": "1", "Nats-Msg-Id": "i"},
        ),
    ],
)
def test_headers(draft: Draft, headers: dict[str, str]) -> None:
    assert draft.all_headers() == headers


@pytest.mark.parametrize("over", [0, 1])
def test_body_and_headers_count_together(over: int) -> None:
    headers = {"Nats-Msg-Id": "x" * 10}
    size = topology.MAX_EVENT_BYTES - len("Nats-Msg-Id") - 10 - 4 + over
    draft = Draft(subject="paper.fetched", body=b"x" * size)
    if over:
        with pytest.raises(EventTooLarge, match=r"paper\.fetched has 65537 bytes"):
            check_size(draft, headers)
    else:
        check_size(draft, headers)


def test_a_draft_may_have_a_limit_of_its_own() -> None:
    check_size(Draft(subject="s", body=b"x" * 100_000, limit_bytes=200_000), {})
