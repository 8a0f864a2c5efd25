"""The mail: safe headers, readable TeX, text and HTML (rule X5)."""

from collections.abc import Callable
from email import message_from_bytes
from email.policy import default

import msgspec
import pytest

from common.events import SummaryReady
from common.watches import Watch
from notifier.letter import letter
from notifier.telling import Telling

Make = Callable[..., Watch]


def telling(watch: Watch, event: SummaryReady, public_url: str = "") -> Telling:
    return Telling("msg_1", watch, event, 0.8, ("graph (title)",), public_url)


def test_headers_and_both_forms(make_watch: Make, summary: SummaryReady) -> None:
    watch = make_watch(mail=True)
    raw = letter(telling(watch, summary, "https://p.example/"), "bus@example.org").as_bytes()
    message = message_from_bytes(raw, policy=default)

    assert message["To"] == "w1@example.org"
    assert message["From"] == "bus@example.org"
    assert message["Message-ID"] == "<msg_1@example.org>"
    assert message["List-Id"] == "<w1.paperbus.example.org>"
    assert message["List-Unsubscribe"] == "<https://p.example/watches#w1>"
    assert message["Subject"] == "Graph networks for O(n²) Schrödinger problems"
    text, html = (part.get_content() for part in message.iter_parts())
    assert "In its own words: Graphs win." in text
    assert "Author 7 and 2 more" in text
    assert "fits your watch “Watch w1” (score 0.80: graph (title))" in text
    assert "claims in α" in text
    assert "&lt;b&gt;Bold&lt;/b&gt;" in html
    assert "<b>" not in html
    for outside in ("<img", "<script", "<link", "url("):
        assert outside not in html
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_without_a_public_address_links_go_to_the_source(
    make_watch: Make, summary: SummaryReady
) -> None:
    message = letter(telling(make_watch(mail=True), summary), "bus@example.org")

    assert message["List-Unsubscribe"] is None
    assert "https://arxiv.org/abs/2401.00001" in message.as_string()


@pytest.mark.parametrize(
    "title",
    ["x\r\nBcc: evil@example.org", "x\nTo: y", "a\x0bb\u2028c\x00d", "é" * 500, "", "\u202etitle"],
)
def test_a_hostile_title_adds_no_header(
    make_watch: Make, summary: SummaryReady, title: str
) -> None:
    meta = msgspec.structs.replace(summary.meta, title=title)
    event = msgspec.structs.replace(summary, meta=meta)
    raw = letter(telling(make_watch(mail=True), event), "bus@example.org").as_bytes()
    message = message_from_bytes(raw, policy=default)

    assert message["Bcc"] is None
    assert message.get_all("To") == ["w1@example.org"]
    assert all(char.isprintable() for char in str(message["Subject"]))


def test_a_link_that_is_none_is_not_made_one(make_watch: Make, summary: SummaryReady) -> None:
    meta = msgspec.structs.replace(summary.meta, abs_url="javascript:alert(1)")
    event = msgspec.structs.replace(summary, meta=meta)
    html = letter(telling(make_watch(mail=True), event), "b@example.org").get_body(("html",))
    assert html is not None
    assert "href" not in html.get_content()


def test_a_watch_without_an_address_is_no_letter(make_watch: Make, summary: SummaryReady) -> None:
    with pytest.raises(ValueError, match="channel"):
        letter(telling(make_watch(), summary), "bus@example.org")
