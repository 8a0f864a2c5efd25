"""What a model answers: read against a closed schema, cleaned of anything but prose."""

import re
from typing import Annotated

import msgspec
from msgspec import Meta

Line = Annotated[str, Meta(min_length=1, max_length=1000)]
Prose = Annotated[str, Meta(max_length=4000)]

_TAGS = "a|abbr|b|body|br|button|code|div|em|embed|font|form|h[1-6]|head|hr|html|i|iframe|img|input"
_TAGS += "|li|link|meta|object|ol|p|pre|script|span|strong|style|sub|sup|svg|table|td|th|tr|u|ul"
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s+[a-z-]+\s*=[^<>]*)?\s*/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"]*\")?\)")
_ADDRESS = re.compile(
    r"<?\b(?:https?|ftp|javascript|data|file)://?[^\s<>\"')\]]+>?|\bwww\.[^\s<>\"')\]]+"
    r"|\bjavascript:\S+|\bdata:\w+/\S+|\bmailto:\S+",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"[ \t\r\f\v]*\n\s*|[ \t]{2,}")


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The parts of a summary; a part the paper says nothing about is empty."""

    tldr: Line
    problem: Prose = ""
    method: Prose = ""
    findings: Prose = ""
    limits: Prose = ""


def read(text: str) -> Draft:
    """The cleaned draft in a model's answer; raises ValueError when it is not one.

    A code fence or a ``</think>`` block around the JSON is taken off; nothing is searched for.
    """
    body = text.rpartition("</think>")[2].strip()
    if body.startswith("```") and body.endswith("```"):
        body = body.removeprefix("```json").removeprefix("```").removesuffix("```")
    try:
        draft = msgspec.json.decode(body, type=Draft)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    cleaned = Draft(**{name: clean(part) for name, part in msgspec.structs.asdict(draft).items()})
    if not cleaned.tldr:
        raise ValueError("tldr is empty")
    return cleaned


def clean(text: str) -> str:
    """The text without links, HTML and invisible characters, as one paragraph."""
    text = visible(text)
    for pattern in (_SCRIPT, _COMMENT, _TAG):
        text = pattern.sub(" ", text)
    text = _MARKDOWN_LINK.sub(r"\1", text)
    return _BLANKS.sub(" ", _ADDRESS.sub("", text)).strip()


def visible(text: str) -> str:
    """The text without control, zero-width, direction and tag characters."""
    return "".join(char for char in text if char in "\n\t" or char.isprintable())


def schema() -> dict[str, object]:
    """The JSON schema of a draft as strict endpoints want it: all fields named, none beside."""
    names = [field.name for field in msgspec.structs.fields(Draft)]
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in names},
        "required": names,
        "additionalProperties": False,
    }
