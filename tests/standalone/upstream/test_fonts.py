"""Any Unicode becomes something that can be set."""

import pytest

from standalone.upstream.fonts import PLAIN, WIDE, face_for, settable, width


@pytest.mark.parametrize(
    ("word", "set_as", "face"),
    [
        ("plain", "plain", PLAIN),
        ("Élan", "Élan", PLAIN),
        ("α≥∑", "α≥∑", WIDE),
        ("Łódź", "Łódź", WIDE),
        ("soft\xadhyphen", "softhyphen", PLAIN),
        ("bell\x07", "bell", PLAIN),
        ("lone\ud800", "lone", PLAIN),
        ("\uff21", "A", PLAIN),
        ("中", "[cjk-unified-ideograph-4e2d]", PLAIN),
    ],
)
def test_settable(word: str, set_as: str, face: str) -> None:
    assert settable(word) == set_as
    assert face_for(set_as, PLAIN) == face
    assert width(set_as, face, 10.0) > 0
