"""Breaking text into lines: words measured in their faces, too long ones cut."""

from collections.abc import Iterator
from typing import NamedTuple

from standalone.upstream.fonts import face_for, settable, width


class Run(NamedTuple):
    """Words of one face that stand beside each other."""

    face: str
    text: str


class Line(NamedTuple):
    """A line's runs and its width in points."""

    runs: tuple[Run, ...]
    width: float


def _cut(word: str, face: str, *, size: float, limit: float) -> Iterator[str]:
    """Yield the word in parts no wider than the limit."""
    part = ""
    for character in word:
        if part and width(part + character, face, size) > limit:
            yield part
            part = ""
        part += character
    yield part


def _words(text: str, face: str, *, size: float, limit: float) -> Iterator[tuple[str, str, float]]:
    for raw in text.split():
        word = settable(raw)
        if not word:
            continue
        used = face_for(word, face)
        wide = width(word, used, size)
        if wide <= limit:
            yield word, used, wide
        else:
            yield from (
                (part, used, width(part, used, size))
                for part in _cut(word, used, size=size, limit=limit)
            )


def _line(words: list[tuple[str, str, float]], total: float) -> Line:
    runs: list[Run] = []
    for word, face, _ in words:
        if runs and runs[-1].face == face:
            runs[-1] = Run(face, f"{runs[-1].text} {word}")
        else:
            runs.append(Run(face, f" {word}" if runs else word))
    return Line(tuple(runs), total)


def break_lines(text: str, face: str, *, size: float, limit: float) -> list[Line]:
    """Return the text in lines no wider than `limit` points."""
    blank = width(" ", face, size)
    lines: list[Line] = []
    current: list[tuple[str, str, float]] = []
    total = 0.0
    for word in _words(text, face, size=size, limit=limit):
        if current and total + blank + word[2] > limit:
            lines.append(_line(current, total))
            current, total = [], 0.0
        total += word[2] + (blank if current else 0.0)
        current.append(word)
    if current:
        lines.append(_line(current, total))
    return lines
