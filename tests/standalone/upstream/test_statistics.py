"""Counts, spacing and concurrency."""

from standalone.upstream.statistics import Statistics


def test_counts_spacing_and_concurrency() -> None:
    statistics = Statistics()
    gaps = [statistics.begin(kind, f"/{kind}", at) for kind, at in [("oai", 1.0), ("pdf", 3.0)]]
    statistics.end(200)
    statistics.end(None)
    gaps.append(statistics.begin("oai", "/oai", 3.5))
    statistics.saw("agent/1", ("127.0.0.1", 5))
    statistics.end(503)
    asked = statistics.asked()
    assert gaps == [None, 2.0, 0.5]
    assert asked.min_spacing_s == 0.5
    assert asked.min_spacing_s_of == {"oai": 2.5}
    assert (asked.total, asked.requests) == (3, {"oai": 2, "pdf": 1})
    assert asked.statuses == {"200": 1, "0": 1, "503": 1}
    assert (asked.max_concurrency, asked.connections, asked.user_agents) == (2, 1, ["agent/1"])


def test_reset_forgets_all_but_what_is_under_way() -> None:
    statistics = Statistics()
    statistics.begin("oai", "/oai", 1.0)
    statistics.reset()
    asked = statistics.asked()
    assert (asked.total, asked.min_spacing_s, asked.max_concurrency) == (0, None, 1)
    statistics.end(200)
