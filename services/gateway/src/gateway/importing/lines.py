"""Lists of ids, one a line. Pure."""

import re

from common.errors import UsageError
from common.paperid import parse
from gateway.importing.entry import Entry, Misread, Parsed, short, sorted_out

_BETWEEN = re.compile(r"[\s,;]+")


def read(text: str) -> Parsed:
    """Ids in any form people write; empty lines and those that begin with ``#`` are passed by."""
    found: list[Entry | Misread] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words and not words.startswith("#"):
            found += _entries(number, words)
    return sorted_out(found)


def _entries(number: int, words: str) -> list[Entry | Misread]:
    try:
        return [Entry(number, short(words), (parse(words).key,))]
    except UsageError as error:
        told = error.message
    try:
        several = [parse(one).key for one in _BETWEEN.split(words) if one]
    except UsageError:
        return [Misread(number, short(words), told)]
    return [Entry(number, short(words), (key,)) for key in several]
