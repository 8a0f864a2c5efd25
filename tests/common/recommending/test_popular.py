"""What newcomers are shown."""

from common.recommending.popular import popular


def test_popular_first_then_new_and_each_once() -> None:
    counts = {"a": 1, "b": 3, "c": 0, "d": 1}
    assert popular(counts, ["n", "b", "m"], limit=5) == ["b", "a", "d", "n", "m"]
    assert popular({}, ["n"], limit=5) == ["n"]
    assert popular(counts, [], limit=1) == ["b"]
