"""What an advisory says."""

import msgspec
import pytest

from common.advisories import Advisory, reaper_of

SAID = b'{"type":"io.nats.jetstream.advisory.v1.%s","stream":"S","consumer":"c","stream_seq":7}'


@pytest.mark.parametrize(
    ("kind", "reason"), [(b"max_deliver", "max_deliveries"), (b"terminated", "terminated")]
)
def test_the_reason_of_the_letter(kind: bytes, reason: str) -> None:
    assert msgspec.json.decode(SAID % kind, type=Advisory).ended == reason


def test_a_reaper_hears_only_of_its_own_service() -> None:
    own = reaper_of("indexer")
    assert own is not None
    assert own.durable == "indexer-reaper"
    assert all(".indexer-" in subject for subject in own.subjects)
    assert "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.PAPERS.indexer-paper-fetched" in own.subjects
    assert reaper_of("nobody") is None
