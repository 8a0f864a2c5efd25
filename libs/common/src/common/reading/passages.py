"""Running text cut into passages of a few sentences."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from common.reading.sections import Line
from common.texts import Passage

PASSAGE_WORDS = 150
"""About 200 tokens of a word-piece model."""
OVERLAP_WORDS = 30
LEAST_WORDS = 40
LEAST_ALONE = 20
"""A rest shorter than this stays with the passage before, even from the next page."""
_SENTENCE_END = re.compile(r"(?<=[.!?])([\"”')\]]*)\s+(?=[\"“(\[]?[A-Z0-9])")
_SHORTENED = re.compile(
    r"(?:\b(?:al|cf|e\.g|i\.e|etc|vs|resp|eqs?|figs?|tabs?|secs?|refs?|no|dr|prof|st|approx|[A-Z]))\.$",
    re.IGNORECASE,
)


def cut(lines: Sequence[Line], *, most: int) -> list[Passage]:
    """At most ``most`` passages; none goes over a section, and each names its first page."""
    parts: list[tuple[int, str, str]] = []
    for (section, page), group in groupby(_carried(lines), lambda at: (at.section, at.page)):
        for text in _pieces(" ".join(line.text for line in group)):
            if parts and parts[-1][1] == section and len(text.split()) < LEAST_ALONE:
                parts[-1] = (*parts[-1][:2], f"{parts[-1][2]} {text}")
            else:
                parts.append((page, section, text))
    return [
        Passage(no=no, text=text, page=page, section=section)
        for no, (page, section, text) in enumerate(parts[:most])
    ]


def _carried(lines: Sequence[Line]) -> Iterator[Line]:
    """The same lines; the end of a sentence that runs over a page stays where it began."""
    open_since: Line | None = None
    for line in lines:
        turned = open_since and open_since.page != line.page and open_since.section == line.section
        if not (turned and open_since):
            yield line
            open_since = line
            continue
        head, end, tail = _first_sentence(line.text)
        if open_since.text.rstrip().endswith((".", "!", "?")):
            yield line
            open_since = line
        elif end:
            yield Line(head, open_since.page, line.section)
            open_since = line
            if tail:
                yield Line(tail, line.page, line.section)
        else:
            open_since = Line(line.text, open_since.page, line.section)
            yield open_since


def _first_sentence(text: str) -> tuple[str, bool, str]:
    """Up to the first sentence end, whether there is one, and the rest."""
    sentences = _sentences(text)
    if len(sentences) > 1:
        return sentences[0], True, " ".join(sentences[1:])
    return text, text.endswith((".", "!", "?")), ""


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not _SHORTENED.search(text[max(start, match.start() - 9) : match.start()]):
            found.append(text[start : match.end(1)])
            start = match.end()
    found.append(text[start:])
    return [sentence for sentence in found if sentence]


def _pieces(text: str) -> list[str]:
    """Runs of whole sentences of about ``PASSAGE_WORDS``, each begun with the end of the last."""
    pieces: list[list[str]] = []
    current: list[str] = []
    last: list[str] = []
    fresh = 0
    for sentence in _short_enough(text):
        words = sentence.split()
        if fresh and len(current) + len(words) > PASSAGE_WORDS:
            pieces.append(current)
            current = last if len(last) <= OVERLAP_WORDS else []
            fresh = 0
        current = current + words
        last = words
        fresh += len(words)
    if fresh:
        if pieces and fresh < LEAST_WORDS:
            pieces[-1] = pieces[-1] + current[len(current) - fresh :]
        else:
            pieces.append(current)
    return [" ".join(piece) for piece in pieces]


def _short_enough(text: str) -> Iterator[str]:
    """Sentences, with those over a passage's length (tables, formulas) broken at a word."""
    for sentence in _sentences(text):
        words = sentence.split()
        for at in range(0, len(words), PASSAGE_WORDS):
            yield " ".join(words[at : at + PASSAGE_WORDS])
