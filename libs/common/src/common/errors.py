"""Errors that decide what happens to a message.

ServiceError
├── Retryable          the same work may succeed later; the attempt is counted
│   └── Unavailable    a dependency is down; wait for it, no attempt is counted
│       └── Full       the bus has no room for more
└── Terminal           the work can never succeed; becomes a dead letter

UsageError             a person gave something wrong: exit code 2, or HTTP 4xx
"""

import msgspec


class ServiceError(Exception):
    """Anything a core or an adapter raises on purpose."""


class Retryable(ServiceError):
    """The work failed for now; try again, after ``delay_s`` seconds when it is known."""

    def __init__(self, message: str, *, delay_s: float | None = None) -> None:
        super().__init__(message)
        self.delay_s = delay_s


class Unavailable(Retryable):
    """A dependency does not answer; the work waits in place until it does."""

    def __init__(self, dependency: str, message: str, *, delay_s: float | None = None) -> None:
        super().__init__(f"{dependency}: {message}", delay_s=delay_s)
        self.dependency = dependency


class Full(Unavailable):
    """A stream is full and refuses what is new, so that nothing it holds is lost."""


class Terminal(ServiceError):
    """The work can never succeed; ``reason`` is a short word for counting, like ``not_found``."""

    def __init__(self, message: str, *, reason: str = "terminal") -> None:
        super().__init__(message)
        self.reason = reason


class EventTooLarge(Terminal):
    """An encoded event with its headers is over the limit of the bus."""

    def __init__(self, subject: str, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"event for {subject} has {size_bytes} bytes, the limit is {limit_bytes}; "
            "put the body into the object store and send its key",
            reason="event_too_large",
        )


class UsageError(ServiceError):
    """A value given by a person is wrong; says which ``field`` and how to mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding a foreign body may raise: msgspec lets bad UTF-8 and deep nesting through."""
