"""Texts made from the templates beside this file."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "text"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,
)
"""Nothing of it becomes a page; YAML has its own quoting."""
_BLANK_INSIDE = re.compile(r"\n\n+(?= {4})")
"""What a macro leaves behind inside a block."""


def rendered(name: str, values: Mapping[str, Any]) -> str:
    """The template with its values; a value that is missing is an error."""
    text = _ENVIRONMENT.get_template(name).render(values)
    return _BLANK_INSIDE.sub("\n", text)
