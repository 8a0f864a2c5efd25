"""Secrets are looked for, and never told."""

from typing import Any

import msgspec

from cli.audit import secrecy


def test_secrets_are_found_and_not_told(tmp_path: Any) -> None:
    file = tmp_path / "seed"
    file.write_text("from-a-file-1234\n")
    environ = {
        "LLM_API_KEY": 'with"quote-12345',
        "SMTP_PASSWORD": "short",
        "S3_ACCESS_KEY": "a-name-and-no-secret",
        "NATS_NKEY_SEED_FILE": str(file),
        "OTHER_TOKEN_FILE": str(tmp_path / "missing"),
    }
    watch = {"id": "w", "channel": {"secret": "whsec_one12345 whsec_two12345"}}
    of_watches = secrecy.of_watches([msgspec.json.encode(watch), b"[]", b"{}"])
    needles = secrecy.Needles([*secrecy.configured(environ), *of_watches])
    assert needles.names_in(b'{"x": "with\\"quote-12345"}') == ["LLM_API_KEY"]
    assert needles.names_in(b"from-a-file-1234 whsec_two12345") == [
        "NATS_NKEY_SEED",
        "of the watch w",
    ]
    assert needles.names_in(b"short a-name-and-no-secret") == []
