"""The mail sink: an SMTP server that stores each message as a file."""

import asyncio
import hashlib
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import msgspec
from aiosmtpd.smtp import SMTP, Envelope, Session

from standalone.sinks.failures import Failures
from standalone.sinks.journal import write_durably

MAX_MESSAGE_BYTES = 16 * 1024 * 1024


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A stored message's file and the headers worth a look."""

    file: str
    sender: str
    recipients: list[str]
    subject: str
    message_id: str


class MailSink:
    """Takes messages in for aiosmtpd; `<folder>/<time>-<hash>.eml`, the envelope as headers."""

    def __init__(self, folder: Path, failures: Failures) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._failures = failures

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 - aiosmtpd's name and arguments
        """Store the message, or refuse it as scripted."""
        failure = self._failures.take("mail")
        if failure is None or failure.keep:
            self._store(envelope)
        if failure is not None:
            return f"{failure.status} refused as scripted"
        return "250 stored"

    def _store(self, envelope: Envelope) -> None:
        content = envelope.original_content or b""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        digest = hashlib.sha256(content).hexdigest()[:12]
        senders = f"X-Envelope-From: {envelope.mail_from or ''}\r\n"
        recipients = f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        head = (senders + recipients).encode("utf-8", "replace")
        write_durably(self._folder / f"{moment}-{digest}.eml", head + content)

    def stored(self) -> list[Stored]:
        """Return the stored messages, oldest first."""
        return [_look(path) for path in sorted(self._folder.glob("*.eml"))]


def _look(path: Path) -> Stored:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    recipients = str(message["x-envelope-to"] or "")
    return Stored(
        file=path.name,
        sender=str(message["x-envelope-from"] or ""),
        recipients=[one.strip() for one in recipients.split(",") if one.strip()],
        subject=str(message["subject"] or ""),
        message_id=str(message["message-id"] or ""),
    )


def smtp_protocol(sink: MailSink) -> asyncio.Protocol:
    """Return the protocol of one SMTP connection."""
    return SMTP(
        sink,
        hostname="localhost",
        ident="paperbus sink",
        enable_SMTPUTF8=True,
        data_size_limit=MAX_MESSAGE_BYTES,
        loop=asyncio.get_running_loop(),
    )
