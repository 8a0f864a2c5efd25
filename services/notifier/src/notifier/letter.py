"""The mail about one paper: text and HTML, without images, scripts or outside addresses."""

from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from common.watches import Mail
from notifier.plaintex import plain
from notifier.telling import Telling, one_line

SHOWN_AUTHORS = 8
_STYLE = "font:16px/1.5 sans-serif;color:#1a1a1a;max-width:42em"


def letter(telling: Telling, sender: str) -> EmailMessage:
    """The message for one recipient; raises ValueError for what a header may not hold."""
    if not isinstance(telling.watch.channel, Mail):
        raise ValueError("the watch has another channel")
    domain = sender.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = telling.watch.channel.address
    message["Subject"] = one_line(plain(telling.meta.title))
    message["Message-ID"] = f"<{telling.id}@{domain}>"
    message["List-Id"] = f"<{_label(telling.watch.id)}.paperbus.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if telling.watch_link:
        message["List-Unsubscribe"] = f"<{telling.watch_link}>"
    message.set_content(_text(telling), cte="quoted-printable")
    message.add_alternative(_html(telling), subtype="html", cte="quoted-printable")
    return message


def _text(telling: Telling) -> str:
    meta = telling.meta
    said = [
        one_line(plain(meta.title), 500),
        _authors(telling),
        ", ".join(meta.categories),
        _summary(telling),
        plain(" ".join(meta.abstract.split())),
        *telling.event.notes,
        telling.link,
        f"-- \n{_why(telling)}",
        telling.watch_link and f"Change or end this watch: {telling.watch_link}",
    ]
    return "\n\n".join(part for part in said if part) + "\n"


def _html(telling: Telling) -> str:
    meta = telling.meta
    title = escape(one_line(plain(meta.title), 500))
    link = telling.link
    head = f'<a href="{escape(link)}">{title}</a>' if _is_web(link) else title
    parts = [
        f"<h1 style='font-size:20px'>{head}</h1>",
        _paragraph(f"{_authors(telling)} · {', '.join(meta.categories)}", "color:#555"),
        _paragraph(_summary(telling), "font-weight:600"),
        _paragraph(plain(" ".join(meta.abstract.split()))),
        *(_paragraph(note, "color:#555") for note in telling.event.notes),
        "<hr>",
        _paragraph(_why(telling), "color:#555;font-size:14px"),
    ]
    if telling.watch_link:
        target = escape(telling.watch_link)
        parts.append(
            f'<p style="font-size:14px"><a href="{target}">Change or end this watch</a></p>'
        )
    body = "\n".join(part for part in parts if part)
    return f'<!doctype html>\n<html lang="en"><body style="{_STYLE}">\n{body}\n</body></html>\n'


def _paragraph(text: str, style: str = "") -> str:
    return f'<p style="{style}">{escape(text)}</p>' if text.strip(" ·") else ""


def _authors(telling: Telling) -> str:
    meta = telling.meta
    shown = ", ".join(meta.authors[:SHOWN_AUTHORS])
    more = max(meta.authors_total, len(meta.authors)) - SHOWN_AUTHORS
    return f"{shown} and {more} more" if more > 0 else shown


def _summary(telling: Telling) -> str:
    if not telling.tldr:
        return ""
    label = "In its own words" if telling.event.model == "extractive" else "In short"
    return f"{label}: {plain(telling.tldr)}"


def _why(telling: Telling) -> str:
    found = f": {', '.join(telling.hits)}" if telling.hits else ""
    name = one_line(telling.watch.name)
    return f"You get this because it fits your watch “{name}” (score {telling.score:.2f}{found})."


def _is_web(link: str) -> bool:
    return link.startswith(("https://", "http://"))


def _label(text: str) -> str:
    kept = "".join(char if char.isalnum() and char.isascii() else "-" for char in text)
    return kept.strip("-")[:63] or "watch"
