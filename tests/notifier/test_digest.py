"""The order of a digest is that of the page."""

from collections.abc import Callable

import msgspec

from common.events import SummaryReady
from common.ids import parse_time
from common.ranking.freshness import factor
from common.watches import Filters, Watch
from notifier.digest import Digest, best_first
from notifier.telling import Telling

Make = Callable[..., Watch]
END = parse_time("2026-11-23T07:00:00Z")
PAPERS = [
    # paper, score, announced
    ("old and whole", 1.0, "2024-01-02"),
    ("b new and whole", 1.0, "2026-11-20"),
    ("a new and whole", 1.0, "2026-11-20"),
    ("new and half", 0.5, "2026-11-23"),
    ("of no day", 0.9, ""),
    ("of a wrong day", 0.9, "soon"),
    ("nearly whole", 0.9, "2026-11-20"),
]
BEST = [
    "a new and whole",
    "b new and whole",
    "nearly whole",
    "old and whole",
    "new and half",
    "of a wrong day",
    "of no day",
]


def telling(watch: Watch, event: SummaryReady, paper: str, score: float, day: str) -> Telling:
    meta = msgspec.structs.replace(event.meta, announced=day)
    known = msgspec.structs.replace(event, paper=paper, meta=meta)
    return Telling(f"msg_{paper}", watch, known, score, ())


def test_what_fits_best_comes_first_and_new_papers_before_old_ones(
    make_watch: Make, summary: SummaryReady
) -> None:
    made = [telling(make_watch(mail=True), summary, *paper) for paper in PAPERS]
    for given in (made, made[::-1]):
        assert [one.event.paper for one in best_first(given, END)] == BEST
    assert best_first((), END) == ()
    assert 0.5 < factor(690) < 0.6, "an old one that fits wholly stands above half a fit"


def test_a_paper_told_for_two_reasons_is_there_twice(
    make_watch: Make, summary: SummaryReady
) -> None:
    one = telling(make_watch(mail=True), summary, "p", 1.0, "")
    assert len(best_first([one, one._replace(id="msg_other")], END)) == 2


def test_its_name_is_that_of_watch_and_period(make_watch: Make) -> None:
    one, other = make_watch("a", mail=True), make_watch("b", mail=True)
    names = {Digest(one, END).name, Digest(one, END, public_url="https://x").name}
    assert names == {"digest-a-2026-11-23T07:00:00.000000Z"}
    later = parse_time("2026-11-24T07:00:00Z")
    assert len({Digest(one, END).name, Digest(other, END).name, Digest(one, later).name}) == 3


def test_the_rest_is_found_by_a_search(make_watch: Make) -> None:
    watch = make_watch(query='"graph network"', filters=Filters(categories=("cs.LG",)))
    found = Digest(watch, END, public_url="https://p.example/").search_link
    assert found == "https://p.example/?q=%22graph+network%22&category=cs.LG&sort=blend"
    assert Digest(watch, END).search_link == ""
