"""Grouping of texts by length."""

from hypothesis import given
from hypothesis import strategies as st

from common.embed.contextual import similar_lengths


def test_groups_hold_similar_lengths_and_stay_small() -> None:
    groups = list(similar_lengths([5, 200, 6, 250, 4, 7], run_tokens=256))
    assert groups == [[4, 0, 2, 5], [1], [3]]


@given(st.lists(st.integers(1, 256), max_size=60))
def test_every_text_once_and_no_run_too_long(lengths: list[int]) -> None:
    groups = list(similar_lengths(lengths))
    assert sorted(at for group in groups for at in group) == list(range(len(lengths)))
    assert all(len(g) == 1 or len(g) * max(lengths[at] for at in g) <= 512 for g in groups)
