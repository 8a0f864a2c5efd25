"""The mail about one paper: text and HTML, without images, scripts or outside addresses."""

from collections.abc import Iterable
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from common.watches import Mail, Watch
from notifier.plaintex import plain
from notifier.telling import Telling, one_line, watch_link

SHOWN_AUTHORS = 8
_STYLE = "font:16px/1.5 sans-serif;color:#1a1a1a;max-width:42em"


def letter(telling: Telling, sender: str) -> EmailMessage:
    """The message for one recipient; raises ValueError for what a header may not hold."""
    subject = one_line(plain(telling.meta.title))
    message = headed(telling.watch, sender, telling.public_url, ident=telling.id, subject=subject)
    message.set_content(_text(telling), cte="quoted-printable")
    message.add_alternative(_html(telling), subtype="html", cte="quoted-printable")
    return message


def headed(watch: Watch, sender: str, public_url: str, *, ident: str, subject: str) -> EmailMessage:
    """The message to whom a watch tells, without its body; raises ValueError as ``letter``."""
    if not isinstance(watch.channel, Mail):
        raise ValueError("the watch has another channel")
    domain = sender.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = watch.channel.address
    message["Subject"] = subject
    message["Message-ID"] = f"<{ident}@{domain}>"
    message["List-Id"] = f"<{_label(watch.id)}.paperbus.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if link := watch_link(watch, public_url):
        message["List-Unsubscribe"] = f"<{link}>"
    return message


def _text(telling: Telling) -> str:
    meta = telling.meta
    said = [
        title(telling),
        authors(telling),
        ", ".join(meta.categories),
        in_short(telling),
        plain(" ".join(meta.abstract.split())),
        *telling.event.notes,
        telling.link,
    ]
    return in_text(said, _why(telling), telling.watch_link)


def in_text(parts: Iterable[str], why: str, link: str) -> str:
    """The plain form of the same."""
    foot = [f"-- \n{why}", f"Change or end this watch: {link}" if link else ""]
    return "\n\n".join(part for part in [*parts, *foot] if part) + "\n"


def _html(telling: Telling) -> str:
    meta = telling.meta
    parts = [
        f"<h1 style='font-size:20px'>{title_link(telling)}</h1>",
        paragraph(f"{authors(telling)} · {', '.join(meta.categories)}", "color:#555"),
        paragraph(in_short(telling), "font-weight:600"),
        paragraph(plain(" ".join(meta.abstract.split()))),
        *(paragraph(note, "color:#555") for note in telling.event.notes),
    ]
    return in_html(parts, _why(telling), telling.watch_link)


def in_html(parts: Iterable[str], why: str, link: str) -> str:
    """The HTML form: its parts, why it came, and where the watch can be changed."""
    foot = ["<hr>", paragraph(why, "color:#555;font-size:14px")]
    if link:
        target = escape(link)
        foot.append(
            f'<p style="font-size:14px"><a href="{target}">Change or end this watch</a></p>'
        )
    body = "\n".join(part for part in [*parts, *foot] if part)
    return f'<!doctype html>\n<html lang="en"><body style="{_STYLE}">\n{body}\n</body></html>\n'


def paragraph(text: str, style: str = "") -> str:
    """The text as HTML; nothing when there is none."""
    return f'<p style="{style}">{escape(text)}</p>' if text.strip(" ·") else ""


def authors(telling: Telling) -> str:
    """The first ones, and how many more there are."""
    meta = telling.meta
    shown = ", ".join(meta.authors[:SHOWN_AUTHORS])
    more = max(meta.authors_total, len(meta.authors)) - SHOWN_AUTHORS
    return f"{shown} and {more} more" if more > 0 else shown


def in_short(telling: Telling) -> str:
    """The one sentence, and whose words it is; nothing before there is a summary."""
    if not telling.tldr:
        return ""
    label = "In its own words" if telling.event.model == "extractive" else "In short"
    return f"{label}: {plain(telling.tldr)}"


def _why(telling: Telling) -> str:
    found = f": {', '.join(telling.hits)}" if telling.hits else ""
    name = one_line(telling.watch.name)
    return f"You get this because it fits your watch “{name}” (score {telling.score:.2f}{found})."


def title(telling: Telling) -> str:
    """The title on one line."""
    return one_line(plain(telling.meta.title), 500)


def title_link(telling: Telling) -> str:
    """The title as HTML; it leads on where a mail program may follow."""
    shown, link = escape(title(telling)), telling.link
    is_web = link.startswith(("https://", "http://"))
    return f'<a href="{escape(link)}">{shown}</a>' if is_web else shown


def _label(text: str) -> str:
    kept = "".join(char if char.isalnum() and char.isascii() else "-" for char in text)
    return kept.strip("-")[:63] or "watch"
