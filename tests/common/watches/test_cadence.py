"""When periods end, over summer time, weeks and the edges of the map."""

from typing import Any

import msgspec
import pytest

from common.errors import UsageError
from common.ids import parse_time
from common.watches import Mail, Watch, Webhook, check, in_words, last_end, period_end

BERLIN, APIA = "Europe/Berlin", "Pacific/Apia"


def watch(**fields: Any) -> Watch:
    known = {"id": "w", "name": "w", "query": "graph", "channel": Mail(address="a@example.org")}
    return Watch(**{**known, "every": "day", **fields})


@pytest.mark.parametrize(
    ("every", "hour", "zone", "after", "end"),
    [
        ("day", 7, "UTC", "2026-11-21T06:59:59Z", "2026-11-21T07:00:00Z"),
        ("day", 7, "UTC", "2026-11-21T07:00:00Z", "2026-11-22T07:00:00Z"),
        ("day", 0, "UTC", "2026-12-31T00:00:01Z", "2027-01-01T00:00:00Z"),
        # the day on which summer time begins has 23 hours, the one on which it ends 25
        ("day", 7, BERLIN, "2026-03-28T06:00:00Z", "2026-03-29T05:00:00Z"),
        ("day", 7, BERLIN, "2026-10-24T05:00:00Z", "2026-10-25T06:00:00Z"),
        # 2 o'clock is left out, and comes twice
        ("day", 2, BERLIN, "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
        ("day", 2, BERLIN, "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"),
        ("day", 2, BERLIN, "2026-10-24T12:00:00Z", "2026-10-25T00:00:00Z"),
        ("day", 2, BERLIN, "2026-10-25T00:30:00Z", "2026-10-26T01:00:00Z"),
        # far ahead of UTC, and far behind
        ("day", 0, "Pacific/Kiritimati", "2026-11-21T09:59:00Z", "2026-11-21T10:00:00Z"),
        ("day", 0, "Pacific/Kiritimati", "2026-11-21T10:00:00Z", "2026-11-22T10:00:00Z"),
        ("day", 23, "Pacific/Honolulu", "2026-11-21T08:59:00Z", "2026-11-21T09:00:00Z"),
        # there was no 30 December 2011 on Samoa
        ("day", 7, APIA, "2011-12-29T18:00:00Z", "2011-12-30T17:00:00Z"),
        ("day", 7, APIA, "2011-12-30T17:00:00Z", "2011-12-31T17:00:00Z"),
        # a minute after midnight it was 23:01 of the day before again
        ("day", 0, "America/St_Johns", "2006-10-29T02:35:00Z", "2006-10-30T03:30:00Z"),
        ("week", 7, "UTC", "2026-11-21T08:00:00Z", "2026-11-23T07:00:00Z"),
        ("week", 7, "UTC", "2026-11-23T06:59:00Z", "2026-11-23T07:00:00Z"),
        ("week", 7, "UTC", "2026-11-23T07:00:00Z", "2026-11-30T07:00:00Z"),
        ("week", 7, "UTC", "2026-12-29T00:00:00Z", "2027-01-04T07:00:00Z"),
        # Monday begins on Sunday there, and the week of summer time is an hour shorter
        ("week", 7, "Pacific/Auckland", "2026-11-21T08:00:00Z", "2026-11-22T18:00:00Z"),
        ("week", 7, BERLIN, "2026-03-23T06:00:00Z", "2026-03-30T05:00:00Z"),
    ],
)
def test_the_end_of_a_period(every: str, hour: int, zone: str, after: str, end: str) -> None:
    made = watch(every=every, hour=hour, time_zone=zone)
    found = period_end(made, parse_time(after))
    assert found == parse_time(end)
    assert last_end(made, found) == found
    before = last_end(made, parse_time(after))
    assert before <= parse_time(after)
    assert period_end(made, before) == found, "nothing lies between two ends"


def test_a_zone_that_is_gone_counts_in_utc() -> None:
    """It was checked when the watch was made; a paper is not lost for it."""
    after, end = parse_time("2026-11-21T08:00:00Z"), parse_time("2026-11-22T07:00:00Z")
    assert period_end(watch(time_zone="Mars/Olympus"), after) == end


@pytest.mark.parametrize(
    ("fields", "field", "mend"),
    [
        ({"hour": 24}, "hour", "from 0 to 23"),
        ({"hour": -1}, "hour", "from 0 to 23"),
        *(
            ({"time_zone": zone}, "time_zone", "write it like Europe/Berlin")
            for zone in ("", "Berlin", "Europe", "Europe/Berlin\n", "../zone", "/etc/zone", "é\0")
        ),
        (
            {"channel": Webhook(url="https://x.example", secret="whsec_" + "A" * 40)},
            "every",
            "must be now for a webhook",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_mend(
    fields: dict[str, Any], field: str, mend: str
) -> None:
    with pytest.raises(UsageError, match=mend) as told:
        check(watch(**fields))
    assert told.value.field == field


def test_what_is_right_passes() -> None:
    for zone in ("UTC", BERLIN, "America/Argentina/Ushuaia"):
        check(watch(time_zone=zone, hour=23, every="week"))


def test_in_words() -> None:
    assert in_words("now", 7, "UTC") == "at once"
    assert in_words("day", 7, BERLIN) == "every day at 7 (Europe/Berlin)"
    assert in_words("week", 0, "UTC") == "every Monday at 0 (UTC)"


def test_a_watch_of_before_tells_at_once_and_looks_as_before() -> None:
    plain = watch(every="now")
    body = msgspec.json.encode(plain)
    assert not {b"every", b"hour", b"time_zone", b"empty", b"changed"} & set(body.split(b'"'))
    assert msgspec.json.decode(body, type=Watch) == plain
    assert not plain.gathers
    assert watch().gathers
    assert not watch(channel=Webhook(url="https://x.example", secret="")).gathers
