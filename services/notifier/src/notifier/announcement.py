"""The mail about the system itself: text and HTML, one recipient."""

from email.message import EmailMessage
from email.policy import SMTP
from html import escape
from typing import NamedTuple

from common.chores import MailRequested
from common.ids import message_id
from notifier.telling import one_line

_STYLE = "font:15px/1.5 ui-monospace,monospace;color:#1a1a1a;white-space:pre-wrap"


class Announcement(NamedTuple):
    """What is told to everybody of the audience."""

    request: MailRequested
    html: str = ""
    """The page that was made for it; without one the text is shown as it is."""


def letter(what: Announcement, address: str, sender: str, public_url: str = "") -> EmailMessage:
    """The message for one recipient; raises ValueError for what a header may not hold."""
    request = what.request
    domain = sender.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = address
    message["Subject"] = one_line(request.title) or "paperbus"
    message["Message-ID"] = f"<{message_id('mail', request.name, address)}@{domain}>"
    message["List-Id"] = f"<{request.audience}.paperbus.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if public_url and request.audience == "watchers":
        message["List-Unsubscribe"] = f"<{public_url.rstrip('/')}/watches>"
    message.set_content(f"{request.text.rstrip()}\n", cte="quoted-printable")
    page = what.html or _page(request)
    message.add_alternative(page, subtype="html", cte="quoted-printable")
    return message


def _page(request: MailRequested) -> str:
    body = f'<div style="{_STYLE}">{escape(request.text.rstrip())}</div>'
    return f'<!doctype html>\n<html lang="en"><body>\n{body}\n</body></html>\n'
