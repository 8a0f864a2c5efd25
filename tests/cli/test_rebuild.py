"""``paperbus replay``: what is meant, what it says, and what it refuses."""

import pytest
from click.testing import CliRunner

from cli.__main__ import main
from cli.rebuild_outcome import Outcome
from cli.rebuild_selection import Selection
from common.events import PaperMeta

META = PaperMeta(title="T", announced="2026-06-17", feeds=("a", "b"))
BARE = PaperMeta(title="T")
AT = "2026-06-20T01:02:03Z"

MEANT = [
    (Selection(), META, True),
    (Selection(since="2026-06-17", until="2026-06-17"), META, True),
    (Selection(since="2026-06-18"), META, False),
    (Selection(until="2026-06-16"), META, False),
    (Selection(since="2026-06-20", until="2026-06-20"), BARE, True),
    (Selection(since="2026-06-21"), BARE, False),
    (Selection(feed="b"), META, True),
    (Selection(feed="b"), BARE, False),
    (Selection(papers=("p", "q")), META, True),
    (Selection(papers=("q",)), META, False),
    (Selection(feed="a", papers=("p",), since="2026-06-18"), META, False),
]


@pytest.mark.parametrize(("selection", "meta", "taken"), MEANT)
def test_what_is_meant(selection: Selection, meta: PaperMeta, taken: bool) -> None:
    assert selection.takes("p", meta, AT) is taken


def test_a_selection_has_its_own_name() -> None:
    names = {
        Selection(feed="a").name,
        Selection(since="2026-06-17").name,
        Selection(until="2026-06-17").name,
        Selection(papers=("a",)).name,
        Selection().name,
    }
    assert len(names) == 5
    assert Selection(papers=("b", "a")).name == Selection(papers=("a", "b")).name


WORDS = [
    (Outcome(projection="index", total=9, before=2, dry_run=True), "7 of 9 papers would be", True),
    (Outcome(projection="index", total=9, done=9), "9 of 9 papers redone; 0.0 s", True),
    (Outcome(projection="index", total=9, before=4, done=5), "redone, 4 of them before;", True),
    (Outcome(projection="index", total=9, done=8, dead=1), "1 dead, see", False),
    (Outcome(projection="index", total=9, done=8, waiting=1), "1 wait for a lost object", True),
    (Outcome(projection="summaries", total=2, lost=("p",), lost_usd=0.5), "$0.5000", False),
]


@pytest.mark.parametrize(("outcome", "words", "fine"), WORDS)
def test_what_is_said(outcome: Outcome, words: str, fine: bool) -> None:
    assert words in outcome.words()
    assert outcome.is_fine is fine


REFUSED = [
    ([], "--projection"),
    (["--projection", "moon"], "moon"),
    (["--projection", "index", "--since", "yesterday"], "--since"),
    (["--projection", "index", "--until", "2026-13-01"], "--until"),
    (["--projection", "index", "--paper", "?"], "id"),
    (["--projection", "index", "--in-flight", "0"], "--in-flight"),
]


@pytest.mark.parametrize(("arguments", "named"), REFUSED)
def test_bad_input_is_named(arguments: list[str], named: str) -> None:
    result = CliRunner().invoke(main, ["replay", *arguments])
    assert result.exit_code == 2
    assert named in result.output.lower()


def test_a_bus_that_is_away_is_told_in_one_line() -> None:
    result = CliRunner().invoke(
        main, ["replay", "--projection", "index"], env={"NATS_URL": "nats://127.0.0.1:9"}
    )
    assert result.exit_code == 1
    assert "cannot connect" in result.output
