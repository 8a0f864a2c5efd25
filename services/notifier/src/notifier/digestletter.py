"""The mail of a digest: its papers as text and HTML, the best first, the rest counted."""

from email.message import EmailMessage
from html import escape

from common.ids import message_id
from common.ranking.recipe import RECIPE
from common.watches import in_words
from notifier.claims import day
from notifier.digest import Digest
from notifier.letter import (
    authors,
    headed,
    in_html,
    in_short,
    in_text,
    paragraph,
    title,
    title_link,
)
from notifier.telling import Telling, one_line, watch_link


def letter(digest: Digest, sender: str) -> EmailMessage:
    """The message for one recipient; raises ValueError for what a header may not hold."""
    ident = message_id("mail", digest.name, digest.watch.channel.place)
    message = headed(
        digest.watch, sender, digest.public_url, ident=ident, subject=one_line(_subject(digest))
    )
    message["X-Paperbus-Recipe"] = RECIPE.version
    message.set_content(_text(digest), cte="quoted-printable")
    message.add_alternative(_html(digest), subtype="html", cte="quoted-printable")
    return message


def _subject(digest: Digest) -> str:
    return f"{_count(digest)} for “{digest.watch.name}” ({day(digest.watch, digest.end)})"


def _count(digest: Digest) -> str:
    found = len(digest.tellings)
    return f"{found or 'No'} {'paper' if found == 1 else 'papers'}"


def _text(digest: Digest) -> str:
    papers = [_paper_text(at, one) for at, one in enumerate(_shown(digest), start=1)]
    rest = _rest(digest)
    more = f"{rest}: {digest.search_link}" if rest and digest.search_link else rest
    link = watch_link(digest.watch, digest.public_url)
    return in_text([_lead(digest), *papers, more], _why(digest), link)


def _paper_text(at: int, one: Telling) -> str:
    lines = [authors(one), in_short(one), *one.event.notes, _fits(one), one.link]
    return "\n".join([f"{at}. {title(one)}", *(f"   {line}" for line in lines if line)])


def _html(digest: Digest) -> str:
    items = "\n".join(f"<li>{_paper_html(one)}</li>" for one in _shown(digest))
    rest, target = escape(_rest(digest)), escape(digest.search_link)
    more = f'<a href="{target}">{rest}</a>' if rest and target else rest
    parts = [
        paragraph(_lead(digest)),
        f"<ol>\n{items}\n</ol>" if items else "",
        f"<p>{more}</p>" if more else "",
    ]
    return in_html(parts, _why(digest), watch_link(digest.watch, digest.public_url))


def _paper_html(one: Telling) -> str:
    quiet = "color:#555;margin:2px 0"
    return "\n".join(
        [
            f'<p style="margin:14px 0 2px;font-weight:600">{title_link(one)}</p>',
            paragraph(authors(one), quiet),
            paragraph(in_short(one), "margin:2px 0"),
            *(paragraph(note, quiet) for note in one.event.notes),
            paragraph(_fits(one), f"{quiet};font-size:14px"),
        ]
    )


def _shown(digest: Digest) -> tuple[Telling, ...]:
    return digest.tellings[: RECIPE.in_digest]


def _rest(digest: Digest) -> str:
    left = len(digest.tellings) - RECIPE.in_digest
    return f"and {left} more that fit{'s' if left == 1 else ''} less well" if left > 0 else ""


def _lead(digest: Digest) -> str:
    name = one_line(digest.watch.name)
    if not digest.tellings:
        return f"Nothing came that fits your watch “{name}”."
    fit = "fits" if len(digest.tellings) == 1 else "fit"
    return f"{_count(digest)} {fit} your watch “{name}”, the best first."


def _fits(one: Telling) -> str:
    """The score in words: which parts of the watch were found, and where."""
    found = f"found {', '.join(one.hits)}" if one.hits else "its filters hold"
    return f"{found} · score {one.score:.2f}"


def _why(digest: Digest) -> str:
    watch = digest.watch
    when = in_words(watch.every, watch.hour, watch.time_zone)
    told = f"You get this by your watch “{one_line(watch.name)}”, which tells you {when}."
    return f"{told} Ordered by ranking recipe {RECIPE.version}." if digest.tellings else told
