"""What stands for a PDF, and what is told of one that has nothing."""

import pytest

from common.reading.parsed import Parsed, unreadable
from common.texts import Passage
from gateway.upload.likeness import MEANT_BY, NAMED_BY, SHORTER, Unreadable, likeness


def parsed(*texts: str) -> Parsed:
    return Parsed(passages=tuple(Passage(no=no, text=text) for no, text in enumerate(texts)))


def test_the_first_passages_stand_for_it() -> None:
    texts = [f"passage {no} of it" for no in range(9)]
    found = likeness(parsed(*texts))
    assert found.texts == tuple(texts[:MEANT_BY])
    assert found.words == " ".join(texts[:NAMED_BY])
    assert found.begins == "passage 0 of it"


def test_a_long_beginning_is_cut_at_a_word() -> None:
    words = [f"word{no}" for no in range(40)]
    found = likeness(parsed(" ".join(words)))
    assert found.begins == f"{' '.join(words[:14])} …"
    assert found.texts == (" ".join(words),)


@pytest.mark.parametrize(
    ("reason", "mend"),
    [
        ("encrypted", "save it without the password"),
        ("damaged", "print it to a new PDF"),
        ("no_text", "text recognition (OCR)"),
        ("empty", "choose another file"),
        ("not_pdf", "choose a file that is one"),
        ("too_many_pages", SHORTER),
        ("too_much_text", SHORTER),
        ("too_slow", SHORTER),
        ("too_big", SHORTER),
        ("crash", SHORTER),
        ("something new", SHORTER),
    ],
)
def test_one_without_text_is_told_with_the_mend(reason: str, mend: str) -> None:
    with pytest.raises(Unreadable) as refused:
        likeness(unreadable(reason, "the PDF is odd"))
    assert str(refused.value).startswith("The PDF is odd; ")
    assert mend in str(refused.value)
    assert refused.value.status == 422
