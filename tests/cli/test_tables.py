"""Tables as they are printed."""

import pytest

from cli import tables


def test_words_stand_as_they_are_however_long(capsys: pytest.CaptureFixture[str]) -> None:
    words = "[/data] of [b]x[/b] :x: " + "long " * 25 + "end"
    tables.show(("type", "count", "words"), [("a", "7", words)], whole=("type",), right=("count",))
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["type", "count", "words"]
    assert row.rstrip().split(maxsplit=2) == ["a", "7", words]
    assert row.index("7") == head.index("count") + len("count") - 1
