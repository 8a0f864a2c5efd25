"""Writing XML by hand: escaped text, elements, and nothing that XML 1.0 forbids."""

import re
from collections.abc import Iterable
from html import escape

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(value: str) -> str:
    """Return `value` as character data; characters XML cannot carry become U+FFFD."""
    return escape(_FORBIDDEN.sub("\ufffd", value), quote=False)


def attributes(values: Iterable[tuple[str, str]]) -> str:
    """Return ` name="value"` for each pair."""
    return "".join(f' {name}="{escape(_FORBIDDEN.sub("�", value))}"' for name, value in values)


def element(name: str, value: str | None, **named: str) -> str:
    """Return `<name …>value</name>`; empty text when the value is None, so that it can be left out.

    A trailing underscore in an attribute's name is dropped (`type_`).
    """
    if value is None:
        return ""
    pairs = attributes((key.rstrip("_"), one) for key, one in named.items())
    return f"<{name}{pairs}>{text(value)}</{name}>"
