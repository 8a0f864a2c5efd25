"""Written XML parses back to what was meant."""

import pytest
from defusedxml import ElementTree

from standalone.upstream.markup import element


@pytest.mark.parametrize(
    ("value", "back"),
    [
        ("a < b & c > d", "a < b & c > d"),
        ("quote \" and '", "quote \" and '"),
        ("tab\tline\n", "tab\tline\n"),
        ("form\x0cfeed \x00 \ud800 \uffff", "form\ufffdfeed \ufffd \ufffd \ufffd"),
        ("𝔸 ∫ é", "𝔸 ∫ é"),
    ],
)
def test_text_survives(value: str, back: str) -> None:
    assert ElementTree.fromstring(element("a", value)).text == back


def test_attributes_survive() -> None:
    parsed = ElementTree.fromstring(element("a", "", b="<\"'&\x00>"))
    assert parsed.get("b") == "<\"'&\ufffd>"


def test_none_is_left_out() -> None:
    assert element("a", None) == ""
    assert element("a", "", type_="x") == '<a type="x"></a>'
