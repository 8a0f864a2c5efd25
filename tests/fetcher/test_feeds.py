"""Feeds and what is said about wrong ones."""

from pathlib import Path

import pytest

from common.errors import UsageError
from fetcher.feeds import ArxivFeed, FolderFeed, feed_named, load_feeds, parse_feed, source_of
from fetcher.selection import wants_category

SHIPPED = Path(__file__).parents[2] / "config" / "feeds"
FOLDER = 'kind = "folder"\npath = "x"\n'
GOOD = 'kind = "arxiv"\ncategories = ["cs.AI"]\n'


def test_the_shipped_feeds_are_valid() -> None:
    feeds = load_feeds(SHIPPED)
    assert {"ai-scholar", "quant-scholar"} <= set(feeds)
    ai, quant = feeds["ai-scholar"], feeds["quant-scholar"]
    assert isinstance(ai, ArxivFeed)
    assert isinstance(quant, ArxivFeed)
    assert wants_category(ai.categories, ("cs.RO",))
    assert wants_category(quant.categories, ("q-fin.TR",))
    assert ai.schedule == "0 0 8,12,16,20 * * MON-FRI"
    assert ai.time_zone == "America/New_York"


def test_a_folder_feed() -> None:
    feed = parse_feed("inbox", 'kind = "folder"\npath = "data/inbox"\nlicence = "CC-BY"\n')
    assert feed == FolderFeed(name="inbox", title="inbox", path="data/inbox", licence="CC-BY")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("bad name", GOOD, "rename the file"),
        ("f", "kind =", "not valid TOML"),
        ("f", 'categories = ["cs.AI"]', "kind"),
        ("f", 'kind = "rss"', "must be 'arxiv' or 'folder'"),
        ("f", 'kind = "arxiv"', "categories"),
        ("f", 'kind = "arxiv"\ncategories = []', "categories: is empty"),
        ("f", 'kind = "arxiv"\ncategories = ["CS.AI"]', "write it like cs.AI"),
        ("f", GOOD + 'catgories = ["x"]', "catgories"),
        ("f", GOOD + 'schedule = "0 8 * * *"', "six-field cron"),
        ("f", GOOD + 'schedule = "@sometimes"', "six-field cron"),
        ("f", GOOD + 'time_zone = "Mars/Base"', "time_zone"),
        ("f", GOOD + "limit = -1", "limit"),
        ("f", GOOD + 'limit = "many"', "limit"),
        ("f", GOOD + "first_days = 0", "first_days"),
        ("f", GOOD + 'download_pdf = "some"', "download_pdf"),
        ("f", GOOD + '[keywords]\nall = ["x"]', "all"),
        ("f", 'kind = "folder"\npath = " "', "path: is empty"),
        ("f", 'kind = "folder"\npath = "x"\npattern = "../*.pdf"', "pattern"),
    ],
)
def test_a_wrong_feed_is_named_with_its_mend(name: str, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_feed(name, text)
    assert f"{name}.toml" in str(caught.value)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_of_feeds(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(GOOD)
    (tmp_path / "off.toml").write_text(GOOD + "enabled = false\n")
    (tmp_path / "note.txt").write_text("not a feed")
    assert list(load_feeds(tmp_path)) == ["one"]
    with pytest.raises(UsageError, match="FEEDS_DIR"):
        load_feeds(tmp_path / "nowhere")


def test_an_unknown_feed_lists_those_there_are() -> None:
    feeds = {"one": parse_feed("one", GOOD)}
    assert feed_named(dict(feeds), "one").name == "one"
    with pytest.raises(UsageError, match="there are: one"):
        feed_named(dict(feeds), "two")


@pytest.mark.parametrize(("text", "source"), [(GOOD, "arxiv"), (FOLDER, "folder")])
def test_the_source_of_its_papers_is_its_kind(text: str, source: str) -> None:
    assert source_of(parse_feed("one", text)) == source
