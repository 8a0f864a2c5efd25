"""A summary made of the paper's own sentences, for when there is no language model."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from summarizer import cues
from summarizer.answer import Draft
from summarizer.cues import Part
from summarizer.sentences import sentences
from summarizer.terms import cosine, coverage, terms

LONG_WORDS = 40
SHORT_WORDS = 10
TOO_LONG_WORDS = 120
PER_PART = 2

# Ridge regression of mean ROUGE-1/2/L on the 1,992 training abstracts of SciTLDR, rounded.
_CENTRAL, _LIKE_TITLE, _COVERS_TITLE, _LIKE_ALL = 0.20, 0.10, 0.09, 0.07
_PROPOSES, _IN_THIS_PAPER, _WE, _OURS, _FIRST = 0.055, 0.043, 0.026, 0.014, 0.02
_SHORT, _LENGTH, _OVERLONG = -0.03, -0.023, -0.03


class Scored(NamedTuple):
    """A sentence, where it stands (0 first, 1 last) and how well it stands for the whole."""

    text: str
    position: float
    score: float


def extract(title: str, abstract: str, closing: Sequence[str] = ()) -> Draft:
    """The most telling sentences of the abstract; ``closing`` may only add limits.

    Sections for which no sentence gives a cue stay empty.
    """
    ranked = score(title, sentences(abstract))
    if not ranked:
        return Draft(tldr=title)
    best = max(ranked, key=lambda sentence: sentence.score)
    parts = _parts(ranked, best)
    if not parts.get("limits"):
        parts["limits"] = _limits(closing)
    return Draft(tldr=_without_lead_in(best.text), **parts)


def score(title: str, texts: Sequence[str]) -> list[Scored]:
    """Each sentence with its score, in the order given."""
    bags = [terms(text) for text in texts]
    everything = sum(bags, Counter[str]())
    wanted = terms(title)
    last = max(len(texts) - 1, 1)
    return [
        Scored(
            text,
            no / last,
            _score_of_words(bags, no, wanted, everything) + _score_of_form(text, no),
        )
        for no, text in enumerate(texts)
    ]


def _score_of_words(
    bags: Sequence[Counter[str]], no: int, title: Counter[str], everything: Counter[str]
) -> float:
    own = bags[no]
    others = [cosine(own, bag) for at, bag in enumerate(bags) if at != no]
    return (
        _CENTRAL * sum(others) / max(len(others), 1)
        + _LIKE_TITLE * cosine(own, title)
        + _COVERS_TITLE * coverage(own, title)
        + _LIKE_ALL * cosine(own, everything)
    )


def _score_of_form(text: str, no: int) -> float:
    length = len(text.split())
    return (
        _PROPOSES * bool(cues.PROPOSES.search(text))
        + _IN_THIS_PAPER * bool(cues.IN_THIS_PAPER.search(text))
        + _WE * bool(cues.WE.search(text))
        + _OURS * bool(cues.OURS.search(text))
        + _FIRST * (no == 0)
        + _SHORT * (length < SHORT_WORDS)
        + _LENGTH * min(length, LONG_WORDS) / LONG_WORDS
        + _OVERLONG * max(length - LONG_WORDS, 0) / 20
    )


def _parts(ranked: Sequence[Scored], tldr: Scored) -> dict[Part, str]:
    """The best sentences of each part in reading order; the TL;DR only where nothing else fits."""
    found: dict[Part, list[Scored]] = {}
    for sentence in ranked:
        part = cues.part_of(sentence.text, sentence.position)
        if part is not None:
            found.setdefault(part, []).append(sentence)
    return {part: _best([one for one in of if one is not tldr] or of) for part, of in found.items()}


def _best(of: Sequence[Scored]) -> str:
    chosen = sorted(of, key=lambda sentence: sentence.score, reverse=True)[:PER_PART]
    return " ".join(one.text for one in sorted(chosen, key=lambda sentence: sentence.position))


def _limits(closing: Sequence[str]) -> str:
    """What the closing sections say about limits, in their own words."""
    said = [
        sentence
        for text in closing
        for sentence in sentences(text)
        if cues.part_of(sentence, 1.0) == "limits"
        and SHORT_WORDS // 2 < len(sentence.split()) < TOO_LONG_WORDS
    ]
    return " ".join(said[:PER_PART])


def _without_lead_in(text: str) -> str:
    rest = cues.LEAD_IN.sub("", text)
    return rest[:1].upper() + rest[1:]
