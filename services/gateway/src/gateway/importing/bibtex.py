"""BibTeX as programs write it: only what names papers is read, and what is broken is told. Pure."""

import re
from collections.abc import Iterator

from gateway.importing import naming
from gateway.importing.entry import Entry, Misread, Parsed, short, sorted_out

NO_PAPERS = frozenset(("comment", "preamble", "string"))
_ENTRY = re.compile(r"(?:^|(?<=[})]))[ \t]*@[ \t]*([A-Za-z]+)\s*[{(]", re.MULTILINE)
_FIELD = re.compile(r"\s*,?\s*([A-Za-z][\w-]*)\s*=\s*")
_BARE = re.compile(r"[^\s,#{}()\"]+")
_JOINED = re.compile(r"\s*#\s*")
_OF_OTHERS = frozenset(("abstract", "annote", "annotation", "references", "keywords", "file"))
"""Fields in which the ids of other papers may be."""
_OF_ARXIV = ("arxivid", "arxiv", "arxiv_id")


def read(text: str) -> Parsed:
    """Every entry; one that does not close ends where the next one begins."""
    starts = [*_ENTRY.finditer(text)]
    ends = [*(found.start() for found in starts), len(text)][1:]
    result: list[Entry | Misread] = []
    line, at = 1, 0
    for found, end in zip(starts, ends, strict=True):
        begin = found.start() + len(found[0]) - len(found[0].lstrip())
        line, at = line + text.count("\n", at, begin), begin
        if found[1].lower() not in NO_PAPERS:
            result.append(_entry(line, text[found.end() : end]))
    return sorted_out(result)


def _entry(line: int, body: str) -> Entry | Misread:
    key, comma, rest = body.partition(",")
    if not comma or "=" in key:
        return Misread(line, short(body[:200]), "is no entry; after the key comes a comma")
    fields: dict[str, str] = {}
    try:
        for name, value in _fields(rest):
            fields.setdefault(name.lower(), value)
    except ValueError as error:
        return Misread(line, short(key), str(error))
    kind = fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).lower()
    named = {name: [value] for name, value in fields.items() if name not in _OF_OTHERS}
    arxiv = [fields[name] for name in ("eprint", *_OF_ARXIV) if name in fields]
    named["eprint"] = arxiv if kind == "arxiv" else []
    return naming.entry(line, named, called=fields.get("title") or key)


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Names and values; raises ValueError for one that does not end."""
    at = 0
    while (found := _FIELD.match(text, at)) is not None:
        value, at = _value(text, found.end())
        while (more := _JOINED.match(text, at)) is not None:
            part, at = _value(text, more.end())
            value += part
        yield found[1], " ".join(re.sub(r"[{}]", "", value).replace("\\_", "_").split())


def _value(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] == "{":
        return _until(text, at + 1, "}")
    if text[at : at + 1] == '"':
        return _until(text, at + 1, '"')
    found = _BARE.match(text, at)
    return (found[0], found.end()) if found else ("", at)


def _until(text: str, start: int, end: str) -> tuple[str, int]:
    """The text up to a sign outside of braces, and the place behind it."""
    depth = 0
    for found in re.compile(r'\\.|[{}"]', re.DOTALL).finditer(text, start):
        sign = found[0]
        if sign == end and depth == 0:
            return text[start : found.start()], found.end()
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            break
    raise ValueError("does not close: a brace or a quote is missing")
