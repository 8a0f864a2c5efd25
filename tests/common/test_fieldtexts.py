"""Texts below the fields of a struct."""

import msgspec

from common.fieldtexts import field_texts


class Plain(msgspec.Struct):
    """A struct."""

    first: int = 1
    """The
    first."""
    second: int = 2
    third: int = 3
    """The third."""
    "not of a field"

    def method(self) -> None:
        """Of the method."""


def test_texts_belong_to_the_field_above() -> None:
    assert field_texts(Plain) == {"first": "The first.", "third": "The third."}


def test_an_indented_struct_is_read_too() -> None:
    class Inner(msgspec.Struct):
        field: int = 1
        """Its text."""

    assert field_texts(Inner) == {"field": "Its text."}


def test_without_a_source_there_are_no_texts() -> None:
    assert field_texts(msgspec.defstruct("Defined", [("field", int)], module="nowhere")) == {}
