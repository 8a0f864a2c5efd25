"""RIS records: only what names papers is read. Pure."""

import re

from gateway.importing import naming
from gateway.importing.entry import Entry, Misread, Parsed, sorted_out

_LINE = re.compile(r"^([A-Z][A-Z0-9])\s{1,2}-(?:\s(.*))?$")
_FIELDS = {"DO": "doi", "UR": "url", "L1": "url", "L2": "url", "LK": "url", "AN": "eprint"}
_TITLES = ("TI", "T1")


class _Record:
    def __init__(self, line: int) -> None:
        self.line = line
        self.title = ""
        self.fields: dict[str, list[str]] = {}

    def add(self, tag: str, value: str) -> None:
        if tag in _TITLES:
            self.title = self.title or value
        elif tag not in ("AB", "N2"):  # an abstract may name the papers of others
            self.fields.setdefault(_FIELDS.get(tag, tag), []).append(value)

    def entry(self) -> Entry | Misread:
        return naming.entry(self.line, self.fields, called=self.title or "a record")


def read(text: str) -> Parsed:
    """Every record; one without an end goes up to the next one."""
    found: list[Entry | Misread] = []
    record: _Record | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        told = _LINE.match(line.strip("\ufeff").rstrip())
        if told is None:
            continue
        tag, value = told[1], (told[2] or "").strip()
        if tag in ("TY", "ER") and record is not None:
            found.append(record.entry())
            record = None
        if tag == "TY":
            record = _Record(number)
        elif tag == "ER":
            continue
        elif record is None:
            record = _Record(number)
            record.add(tag, value)
        else:
            record.add(tag, value)
    if record is not None:
        found.append(record.entry())
    return sorted_out(found)
