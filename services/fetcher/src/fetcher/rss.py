"""arXiv's daily feed (RSS or Atom): which versions it announced on which day."""

import re
from email.utils import parsedate_to_datetime

import msgspec

from common import xmltree
from common.paperid import PaperId, arxiv_id
from common.xmltree import Element

_ANNOUNCED = re.compile(r"arXiv:(\S+)\s+Announce Type:\s*(\S+)")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One announced version; ``kind`` is new, cross, replace or replace-cross."""

    paper: PaperId
    kind: str = ""


class Announced(msgspec.Struct, frozen=True, kw_only=True):
    """One day's list; ``day`` is YYYY-MM-DD or empty."""

    day: str = ""
    items: tuple[Item, ...] = ()


def parse_list(body: bytes, *, source: str = "the daily feed") -> Announced:
    """The day and its items, of RSS 2.0 or Atom; raises NotXml, HostileXml."""
    root = xmltree.parse(body, source=source)
    top = xmltree.child(root, "channel") if xmltree.local(root) == "rss" else root
    entries = list(xmltree.children(top, "item", "entry"))
    items = [item for entry in entries if (item := _item(entry)) is not None]
    return Announced(day=_day(top, entries), items=tuple(items))


def _item(entry: Element) -> Item | None:
    text = xmltree.text(entry, "description") or xmltree.text(entry, "summary")
    stated = _ANNOUNCED.search(text)
    candidates = (
        xmltree.text(entry, "guid"),
        xmltree.text(entry, "id"),
        stated[1] if stated else "",
        xmltree.text(entry, "link"),
    )
    paper = next((found for c in candidates if (found := arxiv_id(c))), None)
    kind = xmltree.text(entry, "announce_type").strip() or (stated[2] if stated else "")
    return Item(paper=paper, kind=kind) if paper else None


def _day(top: Element | None, entries: list[Element]) -> str:
    published = xmltree.text(entries[0], "published").strip() if entries else ""
    if re.match(r"\d{4}-\d\d-\d\d", published):
        return published[:10]
    for name in ("pubDate", "lastBuildDate"):
        if stamp := xmltree.text(top, name).strip():
            try:
                return parsedate_to_datetime(stamp).date().isoformat()
            except ValueError:
                return ""
    return xmltree.text(top, "updated").strip()[:10]
