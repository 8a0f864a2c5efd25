"""The day's announcements as RSS and Atom feeds, as rss.arxiv.org gives them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from standalone.upstream.identifier import OAI_PREFIX
from standalone.upstream.markup import attributes, element
from standalone.upstream.paper import Paper
from standalone.upstream.store import Store
from standalone.upstream.taxonomy import ARCHIVES, CATEGORIES
from standalone.upstream.window import EASTERN

RSS_HOST = "http://rss.arxiv.org"
MAX_ITEMS = 2000
_SPACES = 'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
_RSS_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    f'<rss {_SPACES} xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">\n  <channel>\n'
)
_ATOM_HEAD = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    f'<feed {_SPACES} xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">\n'
)


class FeedError(Exception):
    """A feed asked for by a category that does not exist."""


def parse_categories(text: str) -> list[str]:
    """Split `cs.AI+q-bio.NC`; whole archives are allowed. Raises FeedError."""
    wanted = [one for one in re.split(r"[+ ]", text) if one]
    for one in wanted:
        if one not in CATEGORIES and one not in ARCHIVES:
            raise FeedError(f"Bad category or archive: {one}")
    if not wanted:
        raise FeedError("No category named")
    return wanted


def _covers(wanted: Sequence[str], category: str) -> bool:
    return category in wanted or category.partition(".")[0] in wanted


def announce_type(paper: Paper, wanted: Sequence[str]) -> str:
    """Return new, cross, replace or replace-cross, as seen from the wanted categories."""
    crossed = not _covers(wanted, paper.record.categories[0])
    if len(paper.versions) > 1:
        return "replace-cross" if crossed else "replace"
    return "cross" if crossed else "new"


def announced(store: Store, wanted: Sequence[str]) -> list[Paper]:
    """Return the papers of the newest day in the wanted categories."""
    return [
        paper
        for paper in store.listed
        if paper.announced == store.newest
        and any(_covers(wanted, one) for one in paper.record.categories)
    ][:MAX_ITEMS]


def _description(paper: Paper, kind: str) -> str:
    name = f"arXiv:{paper.record.id}v{paper.latest.number}"
    return f"{name} Announce Type: {kind} \nAbstract: {paper.record.abstract}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0, 0), EASTERN)


def _indented(lines: Sequence[str], depth: int) -> str:
    return "\n".join(" " * depth + line for line in lines if line)


def _guid(paper: Paper) -> str:
    return f"{OAI_PREFIX}{paper.record.id}v{paper.latest.number}"


def _extras(paper: Paper, kind: str) -> list[str]:
    record = paper.record
    return [
        element("arxiv:announce_type", kind),
        element("dc:rights", paper.licence),
        element("arxiv:DOI", record.doi),
        element("arxiv:journal_reference", record.journal_ref),
        element("dc:creator", ", ".join(record.authors)),
    ]


def rss_feed(store: Store, text: str) -> str:
    """Return the RSS 2.0 feed of the newest day for categories like `cs.AI+stat.ML`."""
    wanted = parse_categories(text)
    title = "+".join(wanted)
    moment = _midnight(store.newest).strftime("%a, %d %b %Y %H:%M:%S %z")
    address = f"{RSS_HOST}/rss/{title}"
    head = [
        element("title", f"{title} updates on arXiv.org"),
        element("link", address),
        element("description", f"{title} updates on the arXiv.org e-print archive."),
        f'<atom:link href="{address}" rel="self" type="application/rss+xml"/>',
        "<docs>http://www.rssboard.org/rss-specification</docs>",
        "<language>en-us</language>",
        element("lastBuildDate", moment),
        "<managingEditor>rss-help@arxiv.org</managingEditor>",
        element("pubDate", moment),
        "<skipDays>\n      <day>Sunday</day>\n      <day>Saturday</day>\n    </skipDays>",
    ]
    items = [_item(paper, announce_type(paper, wanted)) for paper in announced(store, wanted)]
    return _RSS_HEAD + _indented([*head, *items], 4) + "\n  </channel>\n</rss>\n"


def _item(paper: Paper, kind: str) -> str:
    record = paper.record
    parts = [
        element("title", record.title),
        element("link", f"https://arxiv.org/abs/{record.id}"),
        element("description", _description(paper, kind)),
        element("guid", _guid(paper), isPermaLink="false"),
        *(element("category", one) for one in record.categories),
        element("pubDate", _midnight(paper.announced).strftime("%a, %d %b %Y %H:%M:%S %z")),
        *_extras(paper, kind),
    ]
    return f"<item>\n{_indented(parts, 6)}\n    </item>"


def atom_feed(store: Store, text: str) -> str:
    """Return the Atom feed of the newest day for categories like `cs.AI+stat.ML`."""
    wanted = parse_categories(text)
    title = "+".join(wanted)
    address = f"{RSS_HOST}/atom/{title}"
    head = [
        element("id", address),
        element("title", f"{title} updates on arXiv.org"),
        element("updated", _midnight(store.newest).isoformat()),
        f'<link href="{address}" rel="self" type="application/atom+xml"/>',
        element("subtitle", f"{title} updates on the arXiv.org e-print archive."),
    ]
    entries = [_entry(paper, announce_type(paper, wanted)) for paper in announced(store, wanted)]
    return _ATOM_HEAD + _indented([*head, *entries], 2) + "\n</feed>\n"


def _entry(paper: Paper, kind: str) -> str:
    record = paper.record
    moment = _midnight(paper.announced).isoformat()
    parts = [
        element("id", _guid(paper)),
        element("title", record.title),
        element("updated", moment),
        f'<link href="https://arxiv.org/abs/{record.id}" rel="alternate" type="text/html"/>',
        element("summary", _description(paper, kind)),
        *(f"<category{attributes([('term', one)])}/>" for one in record.categories),
        element("published", moment),
        *_extras(paper, kind),
    ]
    return f"<entry>\n{_indented(parts, 4)}\n  </entry>"
