"""The simulation of many papers and people, and the page that tells of it."""

import capacity
import capacity_units
import msgspec
import pytest
from capacity_model import LIMITS, Assumed, crowd, log_of_paper, matching_cores, node, stock

from common.topology import PAPERS as LOG

UNITS = capacity_units.read()
GIVEN = Assumed()


def test_the_page_says_what_the_simulation_says() -> None:
    page = capacity.PAGE.read_text(encoding="utf-8")
    assert page == capacity.with_part(page, capacity.simulated(UNITS, GIVEN)), "run make capacity"


def test_ten_times_the_papers_cost_ten_times_as_much() -> None:
    one, ten = (msgspec.structs.asdict(stock(papers, UNITS, GIVEN)) for papers in (1000, 10_000))
    for name, value in one.items():
        assert value > 0, name
        assert ten[name] == pytest.approx(10 * value, rel=1e-6), name


def test_a_node_holds_what_its_limit_says() -> None:
    sizes = {name: {"disk_gib": 1.0, "memory_limit": 1.0} for name in ("nats", "objects", "qdrant")}
    held = {one.what: one for one in node(UNITS, GIVEN, sizes)}
    of_log = held["log: max_bytes of PAPERS"]
    assert of_log.papers * GIVEN.versions * log_of_paper(UNITS) == pytest.approx(LIMITS[LOG])
    assert stock(round(of_log.papers), UNITS, GIVEN).log_bytes == pytest.approx(
        LIMITS[LOG], rel=0.01
    )
    plain, quantised = (
        held[f"index: memory, {how}"].papers for how in ("vectors as they are", "quantised to int8")
    )
    assert quantised == pytest.approx(4 * plain)


def test_people_ask_for_more_the_more_they_are_and_matching_takes_both() -> None:
    few, many = crowd(10, UNITS, GIVEN), crowd(1000, UNITS, GIVEN)
    assert many.watches_bytes == pytest.approx(100 * few.watches_bytes)
    assert many.deliveries_full_days == pytest.approx(few.deliveries_full_days / 100)
    assert matching_cores(10**6, 1000, UNITS, GIVEN) == pytest.approx(
        100 * matching_cores(10**6, 10, UNITS, GIVEN)
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0"), (0.012, "0.012"), (0.25, "0.2"), (7, "7"), (7.77, "7.8"), (1234, "1.2 thousand")],
)
def test_numbers_for_people(value: float, words: str) -> None:
    assert capacity.count(value) == words


def test_bytes_for_people() -> None:
    assert [capacity.size(n) for n in (12, 1536, 20 * 2**30)] == ["12 B", "1.5 KiB", "20 GiB"]
