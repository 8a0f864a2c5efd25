"""What lies in KV."""

import msgspec
import pytest

from fetcher.lease import Lease, decode


@pytest.mark.parametrize(
    ("value", "lease"),
    [
        (b"", Lease()),
        (b"{not json", Lease()),  # one that cannot be read counts as free
        (b'{"owner":"a","expires":7,"later_field":1}', Lease(owner="a", expires=7)),
        (
            msgspec.json.encode(Lease(stopped=9, reason="answered 429")),
            Lease(stopped=9, reason="answered 429"),
        ),
    ],
)
def test_decode(value: bytes, lease: Lease) -> None:
    assert decode(value) == lease
