"""The tree of errors, and what each says."""

import pytest

from common.errors import (
    EventTooLarge,
    Retryable,
    ServiceError,
    Terminal,
    Unavailable,
    UsageError,
)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (Retryable, ServiceError),
        (Unavailable, Retryable),
        (Terminal, ServiceError),
        (EventTooLarge, Terminal),
        (UsageError, ServiceError),
    ],
)
def test_tree(kind: type[Exception], parent: type[Exception]) -> None:
    assert kind.__bases__ == (parent,)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (Retryable("later", delay_s=3), "later"),
        (Unavailable("nats", "no answer"), "nats: no answer"),
        (UsageError("--port", "is busy"), "--port: is busy"),
        (Terminal("gone", reason="not_found"), "gone"),
    ],
)
def test_words(error: ServiceError, text: str) -> None:
    assert str(error) == text


def test_a_large_event_says_how_large_and_what_to_do() -> None:
    error = EventTooLarge("paper.fetched", 70_000, 65_536)
    assert error.reason == "event_too_large"
    assert all(word in str(error) for word in ("paper.fetched", "70000", "65536", "object store"))
