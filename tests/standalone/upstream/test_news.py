"""RSS and Atom of the day: categories joined, announce types, shape of the real ones."""

from collections.abc import Callable
from typing import Any

import pytest
from defusedxml import ElementTree

from standalone.upstream.news import FeedError, announce_type, atom_feed, rss_feed
from standalone.upstream.paper import derive
from standalone.upstream.records import Record
from standalone.upstream.store import Store

ATOM = "{http://www.w3.org/2005/Atom}"
KIND = "{http://arxiv.org/schemas/atom}announce_type"
RIGHTS = "{http://purl.org/dc/elements/1.1/}rights"


def test_the_atom_feed_is_shaped_as_the_real_one(day: Store, real: Callable[[str], str]) -> None:
    def shape(root: Any) -> list[Any]:
        entry = root.find(f"{ATOM}entry")
        head = [(one.tag, sorted(one.attrib)) for one in root if one.tag != entry.tag]
        inside = [(one.tag, sorted(one.attrib)) for one in entry]
        return [root.attrib, head, list(dict.fromkeys(map(str, inside)))]

    theirs = ElementTree.fromstring(real("atom_cs.AI_head.xml").encode())
    assert shape(ElementTree.fromstring(atom_feed(day, "cs.AI").encode())) == shape(theirs)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cs.AI", ("cs.AI",)),
        ("cs.AI+stat.ML", ("cs.AI", "stat.ML")),
        ("q-fin econ math.PR", ("q-fin.", "econ.", "math.PR")),
        ("math", ("math.",)),
    ],
)
def test_rss_lists_the_papers_of_the_categories(
    day: Store, text: str, wanted: tuple[str, ...]
) -> None:
    channel: Any = ElementTree.fromstring(rss_feed(day, text).encode()).find("channel")
    guids = [one.findtext("guid") for one in channel.findall("item")]
    assert guids == [
        f"oai:arXiv.org:{paper.record.id}v{paper.latest.number}"
        for paper in day.listed
        if any(one.startswith(wanted) for one in paper.record.categories)
    ]
    assert channel.findtext("pubDate") == "Wed, 17 Jun 2026 00:00:00 -0400"
    item = channel.find("item")
    assert item.findtext(RIGHTS).startswith("http")
    name = guids[0].removeprefix("oai:")
    assert item.findtext("description").startswith(f"{name} Announce Type: ".replace(".org", ""))


@pytest.mark.parametrize(
    ("wanted", "version", "kind"),
    [
        (["cs.AI"], 1, "new"),
        (["cs"], 1, "new"),
        (["q-fin.ST"], 1, "cross"),
        (["q-fin.ST", "cs.AI"], 1, "new"),
        (["cs.AI"], 2, "replace"),
        (["q-fin"], 2, "replace-cross"),
    ],
)
def test_announce_type(
    record: Callable[..., Record], wanted: list[str], version: int, kind: str
) -> None:
    assert announce_type(derive(record(version=version)), wanted) == kind


def test_only_the_newest_day_is_news(record: Callable[..., Record]) -> None:
    store = Store([record(), record(id="2606.00002", seen="2026-06-18")])
    root = ElementTree.fromstring(rss_feed(store, "cs.AI").encode())
    assert [one.text for one in root.iter("guid")] == ["oai:arXiv.org:2606.00002v1"]
    assert [one.text for one in root.iter(KIND)] == ["new"]


@pytest.mark.parametrize("text", ["", "+", "cs.XX", "cs.AI+nix"])
def test_unknown_categories(day: Store, text: str) -> None:
    for feed in (rss_feed, atom_feed):
        with pytest.raises(FeedError):
            feed(day, text)
