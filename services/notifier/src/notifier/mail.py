"""Mail by SMTP: one recipient a message, and a clear line between before and after hand-over."""

import asyncio

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException

from common.watches import Mail, Watch
from notifier.letter import letter
from notifier.settings import NotifierSettings
from notifier.telling import Handing, Outcome, Telling, one_line

SERVER = "smtp"
NO_MAIL = "no mail is sent here: SMTP_HOST is not set"
FOR_GOOD = 500
BEFORE_S, HANDING_S = 15.0, 30.0
"""Longest time before and during the hand-over; shorter than the lease of a claim."""


class MailChannel:
    """Sends mail through one server; a connection for each message."""

    def __init__(self, settings: NotifierSettings) -> None:
        self._settings = settings

    def places(self, watch: Watch) -> tuple[str, ...]:
        """The server, and the recipient it may refuse for a while."""
        return (SERVER, watch.channel.place)

    async def send(self, telling: Telling, handing: Handing) -> Outcome:
        """One try; what may have been handed over is never tried again by itself."""
        watch = telling.watch
        if not isinstance(watch.channel, Mail):
            return Outcome("failed", said="the watch has another channel now")
        if not self._settings.smtp_host:
            return Outcome("failed", said=NO_MAIL)
        try:
            content = letter(
                telling._replace(public_url=self._settings.public_url), self._settings.smtp_from
            ).as_bytes()
        except ValueError as error:
            return Outcome("failed", said=one_line(f"cannot be written as mail: {error}"))
        return await self.post(watch.channel.address, content, handing)

    async def post(self, address: str, content: bytes, handing: Handing) -> Outcome:
        """One try to send a finished message to one recipient; needs SMTP_HOST."""
        client = self._client()
        try:
            async with asyncio.timeout(BEFORE_S):
                await client.connect()
        except (SMTPException, OSError) as error:
            client.close()
            return Outcome("retry", _code(error), _said(error), down=SERVER)
        try:
            return await self._hand_over(client, address, content, handing)
        finally:
            await _leave(client)

    async def _hand_over(
        self, client: aiosmtplib.SMTP, address: str, content: bytes, handing: Handing
    ) -> Outcome:
        try:
            async with asyncio.timeout(BEFORE_S):
                await client.mail(self._settings.smtp_from)
                await client.rcpt(address)
        except SMTPResponseException as error:
            return _refused(error, address)
        except (SMTPException, OSError) as error:
            return Outcome("retry", 0, _said(error), down=SERVER)
        if not await handing():
            return Outcome("lost")
        try:
            async with asyncio.timeout(HANDING_S):
                answer = await client.data(content)
        except SMTPResponseException as error:
            return _refused(error, address)
        except (SMTPException, OSError) as error:
            said = f"the mail server may have taken it: {_said(error)}"
            return Outcome("unknown", 0, said)
        return Outcome("sent", answer.code)

    def _client(self) -> aiosmtplib.SMTP:
        chosen = self._settings
        return aiosmtplib.SMTP(
            hostname=chosen.smtp_host,
            port=chosen.smtp_port,
            timeout=chosen.smtp_timeout_s,
            use_tls=chosen.smtp_tls == "tls",
            start_tls=chosen.smtp_tls == "starttls",
            username=chosen.smtp_user or None,
            password=chosen.smtp_password.reveal() or None,
        )


async def _leave(client: aiosmtplib.SMTP) -> None:
    try:
        await client.quit()
    except (SMTPException, OSError):
        client.close()


def _refused(error: SMTPResponseException, address: str) -> Outcome:
    """A definite no: nothing was handed over."""
    if error.code >= FOR_GOOD:
        return Outcome("failed", error.code, _said(error))
    return Outcome("retry", error.code, _said(error), down=address)


def _code(error: Exception) -> int:
    return error.code if isinstance(error, SMTPResponseException) else 0


def _said(error: Exception) -> str:
    """What the server said, on one line; an answer to a sign-in is not repeated (rule X10)."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return "the mail server refused the sign-in; check SMTP_USER and SMTP_PASSWORD"
    said = error.message if isinstance(error, SMTPResponseException) else str(error)
    return one_line(f"mail server: {said or type(error).__name__}")
