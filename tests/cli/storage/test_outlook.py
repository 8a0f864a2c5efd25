"""How storage grows, how many days are left, and what a person is told to do."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.storage import emergency
from cli.storage.analysis import analysis
from cli.storage.gauges import of_sample
from cli.storage.holding import Disk, Holding, Store
from cli.storage.outlook import growths, recommendations
from cli.storage.sample import Sample, before, sample_of
from cli.storage.survey import Surveyed
from cli.storage.text import freed, grown, mode, told

GIB = 1 << 30
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def holding(name: str, size: int, limit: int = 0, store: Store = "bus", **more: str) -> Holding:
    return Holding(
        store=store, name=name, owner="o", count=7, size_bytes=size, limit_bytes=limit, **more
    )


def surveyed(*holdings: Holding, used: int = 50, free: int = 50) -> Surveyed:
    disk = Disk(used_bytes=used * GIB, free_bytes=free * GIB)
    return Surveyed(list(holdings), {"data": disk}, papers=4)


def ago(days: float, **sizes: int) -> Sample:
    disks = {"data": Disk(used_bytes=40 * GIB, free_bytes=60 * GIB)}
    at = (NOW - timedelta(days=days)).isoformat().replace("+00:00", "Z")
    return Sample(at=at, sizes={"bus": sizes}, disks=disks)


def test_growth_is_told_from_an_older_sample_and_the_first_to_be_full_comes_first() -> None:
    found = surveyed(holding("PAPERS", 6 * GIB, 8 * GIB), holding("REQUESTS", GIB, 2 * GIB))
    told_of = growths(found, ago(10, PAPERS=5 * GIB, REQUESTS=GIB), NOW)
    assert [one.about for one in told_of] == ["PAPERS", "volume data", "REQUESTS"]
    papers, volume, requests = told_of
    assert (papers.bytes_per_day, papers.days_left) == (round(GIB / 10), 20.0)
    assert (volume.used_ratio, volume.days_left) == (0.5, 50.0)
    assert (requests.bytes_per_day, requests.days_left) == (0, None)  # it does not grow
    assert "full in about 20 days" in grown(papers)


def test_without_an_older_sample_nothing_is_claimed() -> None:
    found = surveyed(holding("PAPERS", 6 * GIB, 8 * GIB))
    for then in (None, ago(10)):
        growth = next(one for one in growths(found, then, NOW) if one.about == "PAPERS")
        assert growth.bytes_per_day is growth.days_left is None


@pytest.mark.parametrize(
    ("ages", "chosen"),
    [
        ((), None),
        ((0.1,), None),  # too close to say anything
        ((1, 8, 29), 29),
        ((1, 8, 40), 8),
        ((40, 90), 40),
    ],
)
def test_the_sample_that_growth_is_told_from(ages: tuple[float, ...], chosen: float | None) -> None:
    found = before([ago(age) for age in ages], NOW)
    assert found == (None if chosen is None else ago(chosen))


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (surveyed(used=96, free=4), "96% full: act now: `paperbus storage emergency on`"),
        (surveyed(used=91, free=9), "91% full: run `paperbus storage cleanup --yes`"),
        (surveyed(used=81, free=19), "81% full: look at"),
        (surveyed(holding("PAPERS", 81, 100)), "PAPERS holds 81% of its limit: raise"),
        (surveyed(holding("KV_deliveries", 90, 100)), "cleanup --class deliveries"),
        (surveyed(holding("REQUESTS", 90, 100)), "requests pile up"),
        (surveyed(holding("logs/", GIB, store="local")), "storage optimize --yes"),
        (
            surveyed(holding("x__v1", 1, store="index", note="serves no search")),
            "paperbus reindex status",
        ),
    ],
)
def test_recommendations_name_what_mends_it(found: Surveyed, says: str) -> None:
    (words,) = recommendations(found, [], is_emergency=False, has_sample=True)
    assert says in words


def test_what_is_well_needs_nothing_but_a_sample_and_an_emergency_is_not_forgotten() -> None:
    found = surveyed(holding("PAPERS", 1, 100))
    assert recommendations(found, [], is_emergency=False, has_sample=True) == []
    both = recommendations(found, [], is_emergency=True, has_sample=False)
    assert ["storage emergency off" in both[0], "--keep" in both[1]] == [True, True]


def test_an_analysis_adds_up_and_a_sample_says_the_same() -> None:
    found = surveyed(
        holding("PAPERS", 600, 1000), holding("pdf/", 400, store="objects"),
        holding("objects/", 9999, store="local"),
    )  # fmt: skip
    made = analysis(found, ago(10, PAPERS=500), emergency.State(on=False), "2026-11-22T12:00:00Z")
    assert (made.total_bytes, made.bytes_per_paper) == (1000, 250)  # what is local is in the others
    lines = "\n".join(told(made))
    assert "volume data: 50% full" in lines
    assert "PAPERS: +10 B a day, full in about 40 days" in lines
    kept = sample_of(found, made.at)
    assert of_sample(kept)["objects", "pdf/"] == 400


def test_words() -> None:
    assert mode(emergency.State(on=False)) == "emergency mode is off"
    assert "say `on` or `off` again" in mode(emergency.State(on=False, held=("fetching",)))
    on = emergency.State(on=True, since="2026-11-22T12:00:00Z", why="w", held=("fetching",))
    assert mode(on) == "emergency mode is on since 2026-11-22T12:00Z (w); off are fetching"
    assert freed([]) == "0 B would be freed"
