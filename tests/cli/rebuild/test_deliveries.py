"""The watches played over the log, against what was really told."""

from typing import Any

import pytest

from cli.rebuild.deliveries import Key, Rehearsal
from cli.rebuild.selection import Selection
from common.events import ObjectRef, PaperMeta, SummaryReady
from common.watches import Delivery, Mail, Watch

REF = ObjectRef(key="k", sha256="s", size_bytes=1)
MAIL = Mail(address="ada@example.org")


def ready(paper: str, at: str, *, version: int = 1, epoch: int = 0, title: str = "Bandits") -> Any:
    return SummaryReady(
        paper=paper,
        version=version,
        epoch=epoch,
        at=at,
        meta=PaperMeta(title=title, feeds=("a",)),
        tldr="t",
        summary=REF,
        model="m",
        recipe="r",
    )


def watch(name: str = "w", query: str = "bandits", created: str = "", **more: Any) -> Watch:
    return Watch(id=name, name=name, channel=MAIL, query=query, created=created, **more)


def record(paper: str, created: str) -> Delivery:
    return Delivery(
        id="1",
        watch="w",
        paper=paper,
        version=1,
        moment="summary",
        channel="mail",
        place="x",
        state="sent",
        created=created,
        at=created,
    )


def heard(
    events: list[Any], meant: Selection, records: tuple[Delivery, ...] = (), **watch_of: Any
) -> tuple[list[str], list[str], list[str]]:
    rehearsal = Rehearsal([watch(**watch_of)])
    for event in events:
        rehearsal.take(event, "summary")
    known = {Key(one.watch, one.paper, one.moment): one for one in records}
    (one,) = rehearsal.heard(known, meant, {event.paper: event.meta.feeds for event in events})
    return [told.paper for told in one.would], list(one.missing), list(one.extra)


DAY1, DAY2 = "2026-06-17T00:00:00Z", "2026-06-18T00:00:00Z"
NOTHING = Selection()
CASES: list[tuple[str, list[Any], Selection, tuple[Delivery, ...], dict[str, Any], Any]] = [
    ("fits and was told", [ready("p", DAY1)], NOTHING, (record("p", DAY1),), {}, ("p", "", "")),
    ("fits and was not", [ready("p", DAY1)], NOTHING, (), {}, ("p", "p", "")),
    ("no more", [ready("p", DAY1, title="")], NOTHING, (record("p", DAY1),), {}, ("", "", "p")),
    ("two versions are told once", [ready("p", DAY1), ready("p", DAY2, version=2)], NOTHING, (), {},
     ("p", "p", "")),
    ("told before the day that is meant", [ready("p", DAY1), ready("p", DAY2, version=2)],
     Selection(since="2026-06-18"), (), {}, ("", "", "")),
    ("since", [ready("p", DAY1), ready("q", DAY2)], Selection(since="2026-06-18"), (), {},
     ("q", "q", "")),
    ("until", [ready("p", DAY1), ready("q", DAY2)], Selection(until="2026-06-17"), (), {},
     ("p", "p", "")),
    ("another feed", [ready("p", DAY1)], Selection(feed="b"), (), {}, ("", "", "")),
    ("another paper", [ready("p", DAY1)], Selection(papers=("q",)), (), {}, ("", "", "")),
    ("older than the watch", [ready("p", DAY1)], NOTHING, (), {"created": DAY2}, ("", "", "")),
    ("stated again is no newer", [ready("p", DAY1), ready("p", DAY2, epoch=1)], NOTHING, (),
     {"created": "2026-06-17T12:00:00Z"}, ("", "", "")),
    ("another moment", [ready("p", DAY1)], NOTHING, (), {"on": "embedded"}, ("", "", "")),
    ("ended", [ready("p", DAY1)], NOTHING, (), {"active": False}, ("", "", "")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("events", "meant", "records", "watch_of", "expected"),
    [c[1:] for c in CASES],
    ids=[c[0] for c in CASES],
)
def test_what_a_watch_hears(
    events: list[Any],
    meant: Selection,
    records: tuple[Delivery, ...],
    watch_of: dict[str, Any],
    expected: tuple[str, str, str],
) -> None:
    found = heard(events, meant, records, **watch_of)
    assert tuple("".join(papers) for papers in found) == expected
