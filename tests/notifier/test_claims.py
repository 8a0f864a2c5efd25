"""The record of a delivery at each step of its life."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest

from common.events import PaperEmbedded, SummaryReady
from common.ids import parse_time
from common.watches import Hit, Match, Watch
from notifier.claims import claimed, day, event_of, fresh, gathered, handing_over, postponed

Make = Callable[..., Watch]
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
FOUND = Match(
    fits=True, score=0.75, hits=(Hit(text="graph", place="title"), Hit(text="cs", place="category"))
)


@pytest.mark.parametrize(
    ("mail", "channel", "place", "state"),
    [
        (True, "mail", "w1@example.org", "claimed"),
        (False, "webhook", "https://w1.example", "sending"),
    ],
)
def test_a_new_record(
    make_watch: Make, summary: SummaryReady, mail: bool, channel: str, place: str, state: str
) -> None:
    made = fresh(make_watch(mail=mail), summary, FOUND, NOW)

    assert (made.channel, made.place, made.state, made.attempts) == (channel, place, state, 1)
    assert made.created == made.at == "2026-11-21T08:00:00.000000Z"
    assert (made.watch, made.paper, made.moment) == ("w1", summary.paper, "summary")
    assert (made.title, made.score) == (summary.meta.title, 0.75)
    assert made.hits == ("graph (title)", "cs (category)")
    assert msgspec.json.decode(msgspec.json.encode(made), type=type(made)) == made


def test_the_id_says_who_is_told_of_what_and_nothing_else(
    make_watch: Make, summary: SummaryReady, embedded: PaperEmbedded
) -> None:
    watch = make_watch()
    first = fresh(watch, summary, FOUND, NOW).id
    newer = msgspec.structs.replace(summary, version=7, event_id="other")
    other = msgspec.structs.replace(summary, paper="arxiv:2401.00002")
    assert first.startswith("msg_")
    assert "-" not in first
    assert fresh(watch, newer, FOUND, LATER).id == first
    others = {
        fresh(watch, other, FOUND, NOW).id,
        fresh(make_watch("w2"), summary, FOUND, NOW).id,
        fresh(make_watch(on="embedded"), embedded, FOUND, NOW).id,
    }
    assert len({first, *others}) == 4


@pytest.mark.parametrize("moment", ["summary", "embedded"])
def test_the_fact_is_kept_whole(
    make_watch: Make, summary: SummaryReady, embedded: PaperEmbedded, moment: str
) -> None:
    event = summary if moment == "summary" else embedded
    assert event_of(fresh(make_watch(on=moment), event, FOUND, NOW)) == event


def test_a_record_for_later(make_watch: Make, summary: SummaryReady) -> None:
    later = postponed(fresh(make_watch(), summary, FOUND, NOW), LATER)
    assert (later.state, later.attempts) == ("waiting", 0)
    assert later.next_at == "2026-11-21T09:30:00.000000Z"
    assert later.said == "its receiver is down"
    assert event_of(later) == summary


def test_a_record_for_a_digest_begins_anew_when_it_is_told_alone(
    make_watch: Make, summary: SummaryReady
) -> None:
    watch = make_watch(mail=True, every="week", time_zone="Asia/Tokyo")
    kept = gathered(fresh(watch, summary, FOUND, NOW), watch, LATER)
    assert (kept.state, kept.attempts) == ("gathered", 0)
    assert kept.period == kept.next_at == "2026-11-21T09:30:00.000000Z"
    assert kept.said == "goes into the digest of Sat 21 Nov: every Monday at 7 (Asia/Tokyo)"
    assert event_of(kept) == summary
    alone = claimed(kept, make_watch(), LATER)
    assert (alone.period, alone.attempts) == ("", 1)
    assert alone.created == "2026-11-21T09:30:00.000000Z", "its time to be given up begins now"


@pytest.mark.parametrize(("zone", "words"), [("UTC", "Sun 15 Nov"), ("Asia/Tokyo", "Mon 16 Nov")])
def test_the_day_of_a_digest_is_that_of_its_zone(make_watch: Make, zone: str, words: str) -> None:
    watch = make_watch(mail=True, every="day", time_zone=zone)
    assert day(watch, parse_time("2026-11-15T15:00:00Z")) == words


@pytest.mark.parametrize(("mail", "state"), [(True, "claimed"), (False, "sending")])
def test_a_further_try_goes_where_the_watch_points_now(
    make_watch: Make, summary: SummaryReady, mail: bool, state: str
) -> None:
    waiting = postponed(fresh(make_watch(), summary, FOUND, NOW), LATER)
    again = claimed(waiting, make_watch("moved", mail=mail), LATER)
    assert (again.state, again.attempts, again.next_at) == (state, 1, "")
    assert again.channel == ("mail" if mail else "webhook")
    assert "moved" in again.place
    assert (again.created, again.at) == (waiting.created, "2026-11-21T09:30:00.000000Z")
    assert again.id == waiting.id


def test_handing_over(make_watch: Make, summary: SummaryReady) -> None:
    first = fresh(make_watch(mail=True), summary, FOUND, NOW)
    handed = handing_over(first, LATER)
    assert handed == msgspec.structs.replace(
        first, state="sending", at="2026-11-21T09:30:00.000000Z"
    )
