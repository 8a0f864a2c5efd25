"""Lists of feeds: what they name is shown, and set up by the operator alone. Pure."""

import re
from urllib.parse import parse_qs, urlsplit

from common import xmltree
from common.errors import UsageError
from gateway.importing.entry import FeedNamed, Parsed, short

MOST_URL = 2000
_PATH = re.compile(r"^/(?:rss|atom)/([A-Za-z0-9.+-]+)/?$")
_CATEGORY = re.compile(r"\bcat:([a-z-]+(?:\.[A-Za-z-]+)?)")
_SHAPE = re.compile(r"^[a-z][a-z-]*(?:\.[A-Za-z-]+)?$")


def read(text: str) -> Parsed:
    """The feeds of all outlines; raises UsageError for what is no XML."""
    try:
        root = xmltree.parse(text.encode(), source="the file")
    except xmltree.NotXml as error:
        told = short(str(error.__cause__ or error))
        raise UsageError("body", f"is not OPML that can be read ({told})") from error
    feeds: dict[str, FeedNamed] = {}
    for outline in root.iter("outline"):
        url = (outline.get("xmlUrl") or "").strip()[:MOST_URL]
        if url:
            title = short(outline.get("title") or outline.get("text") or url)
            feeds.setdefault(url, FeedNamed(title, url, categories(url)))
    return Parsed([], [], tuple(feeds.values()))


def categories(url: str) -> tuple[str, ...]:
    """The categories of a feed of arXiv; nothing for other feeds."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    host = (parts.hostname or "").lower()
    if host != "arxiv.org" and not host.endswith(".arxiv.org"):
        return ()
    path = _PATH.match(parts.path)
    asked = parse_qs(parts.query).get("search_query", [])
    found = path[1].split("+") if path else [c for one in asked for c in _CATEGORY.findall(one)]
    return tuple(dict.fromkeys(one for one in found if _SHAPE.match(one)))
