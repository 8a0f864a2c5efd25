"""The line that tells how far something is."""

import pytest

from cli.liveline import LiveLine


@pytest.mark.parametrize(
    ("is_terminal", "said"),
    [(True, "\r1 of 3\r3 of 3\n"), (False, "1 of 3\n3 of 3\n")],  # click drops the codes here
)
def test_the_first_and_the_last_are_always_told(
    capsys: pytest.CaptureFixture[str], is_terminal: bool, said: str
) -> None:
    line = LiveLine(is_terminal=is_terminal)
    line.say("1 of 3", ended=False)
    line.say("2 of 3", ended=False)
    line.say("3 of 3", ended=True)
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(("is_terminal", "waited_s"), [(True, 0.3), (False, 5.1)])
def test_more_is_told_after_a_while(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    is_terminal: bool,
    waited_s: float,
) -> None:
    now = 100.0
    monkeypatch.setattr("cli.liveline.time.monotonic", lambda: now)
    line = LiveLine(is_terminal=is_terminal)
    for text, later_s in (("a", 0.0), ("b", waited_s / 2), ("c", waited_s / 2)):
        now += later_s
        line.say(text, ended=False)
    said = capsys.readouterr().err
    assert [text for text in "abc" if text in said] == ["a", "c"]


def test_no_terminal_is_found_where_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    LiveLine().say("1 of 1", ended=True)
    assert capsys.readouterr().err == "1 of 1\n"
