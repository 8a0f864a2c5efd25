"""The pages of a report: whole, escaped, needing nothing from outside; and what they show."""

import re
from datetime import date
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from cli.report import changes, kept, money, records, rendering, span, waiting, words
from cli.report.document import document, subject
from cli.report.figures import (
    Changes,
    Day,
    ErrorType,
    Figures,
    Part,
    Report,
    Runs,
    Spend,
    Top,
    quantiles,
)
from cli.report.making import MOST_CHARS, letter
from cli.runs import FeedRun
from cli.storage.holding import Disk
from cli.storage.sample import Sample
from common.errorbook.record import Record
from common.errors import Terminal, UsageError
from common.kv import Entry, key
from common.letters.letter import Letter
from common.papermeta import ObjectRef
from source_tree import ROOT

EVIL = '<script src="http://evil.example/x.js"></script>|*`_['
DAY = span.around("daily", date(2026, 7, 14))
FIGURES = Figures(
    announced=1234,
    new=1000,
    replaced=234,
    ready=1200,
    arrived=1199,
    dead=3,
    to_searchable=quantiles([12, 90, 7200]),
    stages={"indexer": quantiles([1, 2])} if quantiles([1, 2]) else {},  # type: ignore[dict-item]
    ready_per_day=1200.0,
    busiest_hour="2026-07-14T09",
    busiest=300,
)
PAGE = ObjectRef(key="report/aa/1", sha256="0" * 64, size_bytes=1)


def report(period: span.Period = "daily", **more: Any) -> Report:
    part = Part(now=FIGURES, before=Figures(announced=1000, ready=1200, ready_per_day=600.0))
    runs = Runs(count=4, verdicts={"ok": 3, "upstream error": 1}, last_error=EVIL)
    of_feed = msgspec.structs.replace(part, feed=EVIL, runs=runs)
    held = waiting.told([Letter(seq=7, at="2026-07-14T01:00:00Z", subject="s", error=EVIL)], DAY)
    fields: dict[str, Any] = {
        "whole": part,
        "feeds": (of_feed,),
        "days": (Day(source="arxiv", day="2026-07-14", announced=1000, here=999),),
        "top": (Top(paper="p", version=2, title=EVIL, matched=5, told=2),),
        "letters": held,
        "errors": (ErrorType(type=EVIL, count=2, service="indexer", words=EVIL),),
        "spend": Spend(usd=1.5, before_usd=1.0, models={EVIL: 1.5}, tokens=10, in_vain_usd=0.1),
        "stored": records.stored(SAMPLES, DAY),
        "changes": Changes(version="2", before="1", section=EVIL, notes=(EVIL,)),
        "notes": (EVIL,),
    }
    chosen = span.around(period, date(2026, 7, 14))
    at = "2026-07-15T07:00:00Z"
    fields["is_over"] = True
    return Report(id=chosen.id(), span=chosen, at=at, **{**fields, **more})


SAMPLES = [
    Sample(at="2026-07-01T01:00:00Z", papers=10, sizes={"bus": {"PAPERS": 5}, "local": {"x": 9}}),
    Sample(
        at="2026-07-15T01:00:00Z",
        papers=30,
        sizes={"bus": {"PAPERS": 7, "KV_x": 1}},
        disks={"data": Disk(used_bytes=1, free_bytes=3)},
    ),
    Sample(at="2026-07-20T01:00:00Z", papers=99),
]


class Tags(HTMLParser):
    """Notes tags, and attributes by which a page reaches out."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.reach: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.reach += [name for name, _ in attrs if name in ("src", "href", "style", "onload")]
        self.reach += [tag] if tag in ("script", "img", "link", "iframe", "base") else []
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("period", span.PERIODS)
def test_the_page_is_whole_and_reaches_nothing(period: span.Period) -> None:
    page = rendering.pages(report(period))["html"]
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert tags.reach == []
    assert EVIL in tags.text
    assert "viewport" in page
    assert not re.search(r"url\(|@import", page)
    assert ("Durations" in page) is (period == "monthly")


def test_markdown_keeps_its_tables() -> None:
    text = rendering.pages(report())["md"]
    tables = [line for line in text.splitlines() if line.startswith("|")]
    widths = {len(re.findall(r"(?<!\\)\|", line)) for line in tables}
    assert len(tables) > 15
    assert widths <= {3, 4, 5, 6, 7, 10}
    assert not re.search(r"(?<!\\)<script", text)
    assert "`paperbus dead replay`" in text
    assert "1\u2009234" in text


def test_json_is_the_struct_itself() -> None:
    made = report("monthly")
    assert msgspec.json.decode(rendering.json(made), type=Report) == made


def test_what_the_headline_says() -> None:
    shown = document(report())
    tiles = {tile.name: (tile.value, tile.note) for tile in shown.tiles}
    assert tiles["announced"] == ("1\u2009234", "+23% than the day before")
    assert tiles["ready"][1] == "as before"
    assert tiles["come through"] == ("97.1 %", "999 of the source's 1\u2009000 are here")
    assert tiles["to search"] == ("1.5 min", "95 % within 2.0 h")
    assert tiles["to delivery"] == ("–", "95 % within –")
    assert "has not ended yet" in document(report(is_over=False)).lead
    assert subject(report()).endswith("1234 announced, 1200 ready, 1 dead letters wait")


def test_a_quiet_day_of_one_feed() -> None:
    part = Part(feed="f", now=Figures(), before=Figures(), runs=Runs())
    nothing: dict[str, Any] = dict.fromkeys(("spend", "stored", "changes"))
    empty: dict[str, Any] = dict.fromkeys(("feeds", "days", "top", "errors", "notes"), ())
    letters = waiting.told([], DAY)
    shown = document(report(**empty, **nothing, feed="f", whole=part, letters=letters))
    assert [one.title for one in shown.sections] == ["Papers", "Runs of feeds", "Dead letters"]
    assert shown.title.startswith("feed f")
    assert rendering.html(shown)


def test_the_mail() -> None:
    over = letter(report(), "text", PAGE)
    assert (over.name, over.text, over.html) == ("report-daily-2026-07-14", "text", PAGE)
    early = letter(report(is_over=False), "x" * 2 * MOST_CHARS, PAGE)
    assert early.name != over.name
    assert len(early.text) < MOST_CHARS + 200
    assert "paperbus report show" in early.text


def test_runs_of_a_feed() -> None:
    at = "2026-07-14T08:00:00Z"
    ran = [
        FeedRun(feed="a", started=at, verdict="ok"),
        FeedRun(feed="a", started=at, verdict="upstream error", error="503"),
        FeedRun(feed="a", started="2026-07-13T08:00:00Z", verdict="ok"),
        FeedRun(feed="b", started=at, verdict="ok"),
    ]
    found = records.runs(ran, "a", DAY)
    assert found == Runs(count=2, verdicts={"ok": 1, "upstream error": 1}, last_error="503")


def test_completeness_by_day() -> None:
    body = Entry(b'{"announced": 9, "in_ledger": 7, "at": ""}', 1)
    items = [(key("day", "arxiv", day), body) for day in ("2026-07-13", "2026-07-14")]
    assert records.days(items, DAY) == (Day(source="arxiv", day="2026-07-14", announced=9, here=7),)


def test_errors_of_the_day_alone() -> None:
    hours = {"2026-07-13T23": 1, "2026-07-14T00": 2, "2026-07-14T23": 3, "2026-07-15T00": 4}
    one = Record(
        type="Unavailable",
        place="x.y",
        message="no answer",
        count=10,
        first="2026-07-13T23:00:00Z",
        last="2026-07-15T00:10:00Z",
        hours=hours,
    )
    (found,) = records.errors([("indexer", one)], DAY)
    assert (found.type, found.count, found.service) == ("Unavailable", 5, "indexer")
    assert records.errors([("indexer", one)], span.around("daily", date(2026, 7, 10))) == ()


def test_what_is_stored_and_grew() -> None:
    found = records.stored(SAMPLES, DAY)
    assert found is not None
    assert (found.sizes, found.grown, found.papers_grown) == ({"bus": 8}, {"bus": 3}, 20)
    assert (found.at, found.disks) == ("2026-07-15T01:00:00Z", {"data": 0.25})
    first = records.stored(SAMPLES[:1], DAY)
    assert first is not None
    assert (first.since, first.grown) == ("", {})
    assert records.stored([], DAY) is None


def test_spend() -> None:
    paid = [
        money.Paid(model="big", cost_usd=0.1, prompt_tokens=10, completion_tokens=5),
        money.Paid(model="big", cost_usd=0.2, kept=False),
        money.Paid(cost_usd=0.3),
    ]
    assert money.added(paid, paid[:1]) == Spend(
        usd=0.6,
        before_usd=0.1,
        in_vain_usd=0.2,
        models={"big": 0.3, "unknown": 0.3},
        tokens=15,
    )


def test_the_head_of_the_changelog() -> None:
    section, notes = changes.head("# C\n\n## 2.0\n\n- [a] one\n  more\n- two\n\n## 1.0\n\n- old\n")
    assert (section, notes) == ("2.0", ("[a] one more", "two"))
    assert changes.head("") == ("", ())
    assert changes.head((ROOT / changes.NAME).read_text())[1]
    assert changes.changelog("") == (ROOT / changes.NAME).read_text()
    with pytest.raises(UsageError, match="CHANGELOG_FILE"):
        changes.changelog("/nowhere/at/all")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (words.took(None), "–"),
        (words.took(0.04), "40 ms"),
        (words.took(61), "1.0 min"),
        (words.took(86_400), "24.0 h"),
        (words.took(864_000), "10.0 days"),
        (words.change(5, 0), "–"),
        (words.change(0, 0), "as before"),
        (words.change(50, 100), "-50%"),
        (words.share(9999, 10_000), "99.9 %"),
        (words.share(1, 1), "100 %"),
        (words.share(0, 0), "–"),
        (words.usd(0.0012), "$0.0012"),
        (words.usd(1234.5), "$1,234.50"),
        (words.number(12.5), "12.5"),
        (words.grown(-2048), "-2.0 KiB"),
    ],
)
def test_numbers_for_people(made: str, expected: str) -> None:
    assert made == expected


class Bucket:
    """Two reports."""

    async def items(self, prefix: str = "", /) -> list[tuple[str, Entry]]:
        ats = {"daily-2026-07-14": "2026-07-15", "weekly-2026-07-06": "2026-07-13"}
        span_: dict[str, Any] = {"period": "daily", "begins": "2026-07-14T00:00:00", "ends": ""}
        made = [
            kept.Record(id=name, at=at, pages={"md": PAGE}, **span_) for name, at in ats.items()
        ]
        return [(f"{prefix}{one.id}", Entry(msgspec.json.encode(one), 1)) for one in made]


class Empty:
    """A store whose pages are gone."""

    async def find(self, key: str) -> bytes | None:
        return None


async def test_reports_are_found_by_name() -> None:
    assert (await kept.one(Bucket(), "latest")).id == "daily-2026-07-14"
    found = await kept.one(Bucket(), "weekly-2026-07-06")
    with pytest.raises(UsageError, match="paperbus report list"):
        await kept.one(Bucket(), "other")
    with pytest.raises(Terminal, match="--day 2026-07-14"):
        await kept.page(Empty(), found, "md")  # type: ignore[arg-type]
