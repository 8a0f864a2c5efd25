"""Messages as files: envelope and content kept, failures that keep."""

from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope

from standalone.sinks.failures import Failure, Failures
from standalone.sinks.mail import MailSink

NOBODY: Any = None


def envelope(content: bytes) -> Envelope:
    made = Envelope()
    made.mail_from, made.rcpt_tos, made.original_content = "a@x", ["b@y", "c@z"], content
    return made


@pytest.mark.parametrize(
    ("failure", "answer", "kept"),
    [
        (None, "250", 1),
        (Failure(status=451, sink="mail"), "451", 0),
        (Failure(status=554, sink="mail", keep=True), "554", 1),
        (Failure(status=500), "250", 1),
    ],
)
async def test_messages(tmp_path: Path, failure: Failure | None, answer: str, kept: int) -> None:
    failures = Failures()
    if failure is not None:
        failures.add(failure)
    sink = MailSink(tmp_path / "mail", failures)
    said = await sink.handle_DATA(NOBODY, NOBODY, envelope(b"Subject: S\r\n\r\nBody\r\n"))
    assert said.startswith(answer)
    assert [(one.sender, one.recipients, one.subject) for one in sink.stored()] == [
        ("a@x", ["b@y", "c@z"], "S")
    ] * kept


async def test_the_same_message_twice_is_two_files(tmp_path: Path) -> None:
    sink = MailSink(tmp_path, Failures())
    for _ in range(2):
        await sink.handle_DATA(NOBODY, NOBODY, envelope(b"\r\n"))
    assert len(sink.stored()) == 2
