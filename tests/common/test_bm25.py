"""BM25 words and weights."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import bm25

TOKENS = [
    ("The cats are running", ["cat", "run"]),
    ("GPT-4", ["gpt", "4", "gpt4"]),
    ("gpt4 in 3D", ["gpt4", "3d"]),
    ("zero-shot", ["zero", "shot", "zeroshot"]),
    ("state-of-the-art", ["state", "art"]),
    ('Schr\\"odinger and Schrödinger', ["schroding", "schroding"]),
    ("$\\mathcal{N}=4$ and $\\alpha$-decay", ["n", "4", "decay"]),
    ("naïve résumés ﬁnite", ["naiv", "resum", "finit"]),
    ("Bayes' rule; Euler's number", ["bay", "rule", "euler", "number"]),
    ("C++, C# and F#", ["c++", "c#", "f#"]),
    ("version 1.5", ["version", "1.5"]),
    ("self–attention", ["self", "attent", "selfattent"]),
    ("x" * 100, []),
    ("... — !", []),
    ("", []),
    ("深度学习 and Привет", ["深度学习", "привет"]),
]


@pytest.mark.parametrize(("text", "expected"), TOKENS)
def test_tokens(text: str, expected: list[str]) -> None:
    assert bm25.tokens(text) == expected


def test_index_and_query_meet_on_the_same_numbers() -> None:
    asked = bm25.query("Running attentions")
    assert set(asked.indices) <= set(bm25.document("attention runs here").indices)
    assert bm25.query("attention attention").values == [2.0]
    assert bm25.query("the of and") == ([], [])


def test_numbers_of_words_never_change() -> None:
    assert bm25.query("bandit").indices == [668784392]


def test_weights_saturate_and_long_texts_count_less() -> None:
    once, twice, often = (bm25.document("bandit " * n).values[0] for n in (1, 2, 50))
    assert once < twice < often < bm25.K1 + 1
    short, long = (bm25.document("bandit" + " filler" * n) for n in (5, 500))
    at = bm25.query("bandit").indices[0]
    assert short.values[short.indices.index(at)] > long.values[long.indices.index(at)]


@given(st.text(max_size=300))
def test_any_text_gives_a_valid_sparse_vector(text: str) -> None:
    sparse = bm25.document(text)
    assert sparse.indices == sorted(set(sparse.indices))
    assert all(0 <= index < 2**32 for index in sparse.indices)
    assert all(0 < value < bm25.K1 + 1 for value in sparse.values)
    assert set(sparse.indices) == set(bm25.query(text).indices)


def test_threads_do_not_spoil_each_others_stems() -> None:
    words = [f"{start}{end}" for start in _STARTS for end in _ENDS] * 5
    expected = [bm25._stems.__wrapped__(word) for word in words]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(bm25._stems.__wrapped__, words))
    finally:
        sys.setswitchinterval(interval)
    assert found == expected


_STARTS = ("gener", "relat", "communic", "hop", "conflat", "sens", "oper", "adjust", "formal")
_ENDS = ("ational", "iveness", "ing", "edly", "ization", "fulness", "ement", "s", "ies", "al")
