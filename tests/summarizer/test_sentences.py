"""Sentences of scientific prose."""

import pytest

from summarizer.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  One\n only ", ["One only"]),
        ("We win. They lose!  Do we? Yes.", ["We win.", "They lose!", "Do we?", "Yes."]),
        ("See Fig. 3 and Eq. 4 of Smith et al. For all.", 1),
        ("We use e.g. Adam, i.e. SGD. It works.", 2),
        ("J. R. Smith agrees. So do we.", 2),
        ("It is 3.5 times better vs. GPT-4.1. Good.", 2),
        ("If $x. Y$ holds. Then $z$.", ["If $x. Y$ holds.", "Then $z$."]),
        ("It runs in $O(n)$. $K$ is large.", 2),
        ('He said "stop." Then it ended.', ['He said "stop."', "Then it ended."]),
        ("We call it foo. bar is a file.", 1),
        ("It holds for all k. Next we prove it.", 2),
    ],
)
def test_where_sentences_end(text: str, expected: list[str] | int) -> None:
    found = sentences(text)

    assert (len(found) if isinstance(expected, int) else found) == expected


def test_nothing_is_lost() -> None:
    text = "We (et al. 2020) show $a. B$ in Sec. 2. Then we stop! Why?"
    assert " ".join(sentences(text)) == text
