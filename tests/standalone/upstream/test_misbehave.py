"""What faults make of an answer as a whole; the broken connections are in test_app."""

import pytest

from standalone.upstream.asgi import Answer
from standalone.upstream.faults import Fault
from standalone.upstream.misbehave import altered

GOOD = Answer(body=b"<feed/>", media_type="text/xml")


@pytest.mark.parametrize(
    ("fault", "status", "headers"),
    [
        (
            Fault(match="/", kind="status", status=429, retry_after_s=7),
            429,
            (("retry-after", "7"),),
        ),
        (Fault(match="/", kind="status"), 503, ()),
        (Fault(match="/", kind="missing"), 404, ()),
        (Fault(match="/", kind="wrong_type"), 200, ()),
    ],
)
def test_a_page_instead(fault: Fault, status: int, headers: tuple[tuple[str, str], ...]) -> None:
    answer = altered(GOOD, fault)
    assert (answer.status, answer.headers) == (status, headers)
    assert answer.media_type.startswith("text/html")
    assert answer.body.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("kind", ["drip", "truncate", "hang", "reset", "expire_token"])
def test_others_leave_it(kind: str) -> None:
    assert altered(GOOD, Fault(match="/", kind=kind)) is GOOD  # type: ignore[arg-type]
