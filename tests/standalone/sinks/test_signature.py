"""Signatures as Standard Webhooks makes them, and what is wrong with the others."""

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from standalone.sinks.signature import SecretError, decode_secret, fault_of

NOW = 1_700_000_000.0
KEY = b"0123456789abcdef0123456789abcdef"
BODY = b'{"a": 1}'


def signed(key: bytes = KEY, name: str = "msg_1") -> dict[str, str]:
    webhook = Webhook(base64.b64encode(key).decode())
    signature = webhook.sign(name, datetime.fromtimestamp(NOW, UTC), BODY.decode())
    stamp = str(int(NOW))
    return {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature}


def test_a_signature_of_the_senders_library_is_good() -> None:
    assert fault_of(signed(), BODY, secret=KEY, now=NOW + 10) is None


def test_one_good_signature_among_several_is_enough() -> None:
    old = signed(b"x" * 32)["webhook-signature"]
    both = {**signed(), "webhook-signature": f"{old} {signed()['webhook-signature']}"}
    assert fault_of(both, BODY, secret=KEY, now=NOW) is None


@pytest.mark.parametrize(
    ("change", "body", "now", "words"),
    [
        ({"webhook-id": "msg_2"}, BODY, NOW, "no signature"),
        ({}, BODY + b" ", NOW, "no signature"),
        ({}, BODY, NOW + 301, "301 s away"),
        ({}, BODY, NOW - 301, "301 s away"),
        ({"webhook-timestamp": "now"}, BODY, NOW, "not a number"),
        ({"webhook-signature": "v1,ü"}, BODY, NOW, "no signature"),
        ({"webhook-signature": ""}, BODY, NOW, "no signature"),
    ],
)
def test_faults(change: dict[str, str], body: bytes, now: float, words: str) -> None:
    assert words in (fault_of({**signed(), **change}, body, secret=KEY, now=now) or "")


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_missing_headers(name: str) -> None:
    headers = signed()
    del headers[name]
    assert fault_of(headers, BODY, secret=KEY, now=NOW) == f"the header {name} is missing"


def test_secrets() -> None:
    bare = base64.b64encode(KEY).decode()
    assert decode_secret(f"whsec_{bare}\n") == decode_secret(bare) == KEY
    with pytest.raises(SecretError):
        decode_secret("not base64!")
