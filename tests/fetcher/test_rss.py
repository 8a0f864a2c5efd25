"""arXiv's list of the day."""

from collections import Counter
from pathlib import Path

from fetcher.rss import parse_list

RSS = b"""<rss version="2.0" xmlns:arxiv="http://arxiv.org/schemas/atom"><channel>
<pubDate>Thu, 18 Sep 2025 00:00:00 -0400</pubDate>
<item><title>Proximity</title><link>https://arxiv.org/abs/2509.13338</link>
<description>arXiv:2509.13338v2 Announce Type: replace
Abstract: This work</description></item>
<item><guid isPermaLink="false">oai:arXiv.org:hep-th/9901001v3</guid>
<arxiv:announce_type>replace-cross</arxiv:announce_type></item>
<item><title>no id</title></item></channel></rss>"""


def test_a_real_atom_list() -> None:
    found = parse_list((Path(__file__).parent / "data" / "rss_day.xml").read_bytes())
    assert found.day == "2025-08-20"
    assert Counter(item.kind for item in found.items) == {"cross": 5, "new": 2}
    assert str(found.items[0].paper) == "arxiv:2508.13426v1"


def test_rss() -> None:
    found = parse_list(RSS)
    assert found.day == "2025-09-18"
    assert [(str(item.paper), item.kind) for item in found.items] == [
        ("arxiv:2509.13338v2", "replace"),
        ("arxiv:hep-th/9901001v3", "replace-cross"),
    ]


def test_a_day_without_papers() -> None:
    empty = parse_list(b"<rss><channel><pubDate>nonsense</pubDate></channel></rss>")
    assert (empty.day, empty.items) == ("", ())
