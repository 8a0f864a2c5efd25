"""Scripted failures: how often, of which sink, and what is none."""

import pytest

from standalone.sinks.failures import Failure, Failures, ScriptError, decode_failure


def test_failures_happen_as_often_as_told_in_their_own_sink() -> None:
    failures = Failures()
    failures.add(decode_failure(b'{"status": 500, "times": 2, "retry_after_s": 1}'))
    failures.add(Failure(status=451, sink="mail"))
    taken = [failures.take("webhook") for _ in range(3)]
    assert [one and one.status for one in taken] == [500, 500, None]
    assert failures.take("mail") == Failure(status=451, sink="mail")
    assert failures.pending == []


def test_for_ever() -> None:
    failures = Failures()
    failures.add(Failure(status=410, times=None))
    assert all(failures.take("webhook") for _ in range(50))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"status": 200}',
        b'{"status": 302, "sink": "mail"}',
        b'{"status": 500, "times": 0}',
        b'{"status": 500, "tims": 1}',
        b"[" * 100_000,
    ],
)
def test_bad_scripts(data: bytes) -> None:
    with pytest.raises(ScriptError):
        decode_failure(data)
