"""The mail of a digest: both forms, safe headers, nothing from outside."""

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import msgspec
import pytest

from common.events import PaperEmbedded, SummaryReady
from common.ids import parse_time
from common.ranking.recipe import RECIPE
from common.watches import Watch
from notifier.digest import Digest
from notifier.digestletter import letter
from notifier.telling import Known, Telling

Make = Callable[..., Watch]
END = parse_time("2026-11-16T06:00:00Z")
URL = "https://p.example/"


def read(digest: Digest) -> tuple[EmailMessage, str, str]:
    raw = letter(digest, "bus@example.org").as_bytes()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    message = message_from_bytes(raw, policy=default)
    text, html = (part.get_content() for part in message.iter_parts())
    return message, text, html


def tellings(watch: Watch, event: Known, count: int) -> tuple[Telling, ...]:
    papers = [msgspec.structs.replace(event, paper=f"arxiv:2401.{no:05d}") for no in range(count)]
    hits = ("graph (title)", "network (abstract)")
    return tuple(Telling(one.paper, watch, one, 0.8, hits, URL) for one in papers)


@pytest.fixture
def watch(make_watch: Make) -> Watch:
    made = make_watch(mail=True, every="week", time_zone="Europe/Berlin")
    return msgspec.structs.replace(made, name="graph networks")


def test_headers_and_both_forms(watch: Watch, summary: SummaryReady) -> None:
    message, text, html = read(Digest(watch, END, tellings(watch, summary, 3), URL))

    assert message["Subject"] == "3 papers for “graph networks” (Mon 16 Nov)"
    assert message["To"] == "w1@example.org"
    assert message["List-Id"] == "<w1.paperbus.example.org>"
    assert message["List-Unsubscribe"] == "<https://p.example/watches#w1>"
    assert message["X-Paperbus-Recipe"] == RECIPE.version
    for form in (text, html):
        assert "Graph networks for O(n²) Schrödinger problems" in form
        assert "Author 7 and 2 more" in form
        assert "In its own words: Graphs win." in form
        assert "found graph (title), network (abstract) · score 0.80" in form
        assert form.count("https://p.example/paper/arxiv:2401%2E0000") == 3
        assert "every Monday at 7 (Europe/Berlin)" in form
        assert f"ranking recipe {RECIPE.version}" in form
        assert "https://p.example/watches#w1" in form
        assert "more that fit" not in form
    assert text.index("1. Graph") < text.index("2. Graph") < text.index("3. Graph")
    for outside in ("<img", "<script", "<link", "url("):
        assert outside not in html


def test_the_same_digest_is_the_same_message(watch: Watch, summary: SummaryReady) -> None:
    first, *_ = read(Digest(watch, END, tellings(watch, summary, 1)))
    again, *_ = read(Digest(watch, END, tellings(watch, summary, 2)))
    later, *_ = read(Digest(watch, parse_time("2026-11-23T06:00:00Z")))
    assert first["Message-ID"] == again["Message-ID"] != later["Message-ID"]


def test_one_paper_before_its_summary(watch: Watch, embedded: PaperEmbedded) -> None:
    message, text, html = read(Digest(watch, END, tellings(watch, embedded, 1)))
    assert str(message["Subject"]).startswith("1 paper for")
    assert message["List-Unsubscribe"] is None
    assert "1 paper fits your watch" in text
    assert "own words" not in text + html


@pytest.mark.parametrize(("more", "words"), [(1, "and 1 more that fits"), (7, "and 7 more that")])
def test_the_rest_is_counted_and_leads_to_the_search(
    watch: Watch, summary: SummaryReady, more: int, words: str
) -> None:
    many = tellings(watch, summary, RECIPE.in_digest + more)
    message, text, html = read(Digest(watch, END, many, URL))
    assert str(message["Subject"]).startswith(f"{RECIPE.in_digest + more} papers")
    assert f"{RECIPE.in_digest}. Graph" in text
    assert f"{RECIPE.in_digest + 1}. Graph" not in text
    assert words in text
    assert html.count("<li>") == RECIPE.in_digest
    assert '<a href="https://p.example/?q=graph&amp;sort=blend">and' in html


def test_nothing_came(watch: Watch) -> None:
    message, text, html = read(Digest(watch, END, (), URL))
    assert message["Subject"] == "No papers for “graph networks” (Mon 16 Nov)"
    for form in (text, html):
        assert "Nothing came that fits your watch “graph networks”." in form
        assert "recipe" not in form
    assert "<ol>" not in html


@pytest.mark.parametrize("name", ["x\r\nBcc: evil@example.org", "a\u2028b\x00", "é" * 300, "<b>"])
def test_a_hostile_name_or_title_adds_nothing(
    watch: Watch, summary: SummaryReady, name: str
) -> None:
    watch = msgspec.structs.replace(watch, name=name)
    meta = msgspec.structs.replace(summary.meta, title=f"{name}<script>", abs_url="javascript:x")
    event = msgspec.structs.replace(summary, meta=meta)
    shown = tuple(one._replace(public_url="") for one in tellings(watch, event, 1))
    message, _, html = read(Digest(watch, END, shown))
    assert message["Bcc"] is None
    assert message.get_all("To") == ["w1@example.org"]
    assert "<script" not in html
    assert "<b>" not in html
    assert "href" not in html


def test_a_watch_without_an_address_is_no_letter(make_watch: Make) -> None:
    with pytest.raises(ValueError, match="channel"):
        letter(Digest(make_watch(), END), "bus@example.org")
