"""Dead letters as text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from common.letters.body import readable
from common.letters.letter import Letter, Opened
from common.letters.replaying import Outcome

HEAD = ("LETTER", "DIED AT", "SERVICE", "REASON", "TRIES", "ABOUT")


def count(number: int) -> str:
    """``1 dead letter``, ``2 dead letters``."""
    return f"{number} dead letter{'' if number == 1 else 's'}"


def table(letters: Sequence[Letter], *, more: bool) -> Iterator[str]:
    """A line a letter, and what to do next."""
    if not letters:
        yield "no dead letter waits"
        return
    lines = [HEAD, *map(_cells, letters)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEAD) - 1)]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=False))
        yield "  ".join((*cells, line[-1]))
    words = f"the first {count(len(letters))}" if more else count(len(letters))
    yield f"{words}; `paperbus dead show LETTER` says what each means"


def _cells(one: Letter) -> tuple[str, ...]:
    about = f"{one.paper}v{one.version}" if one.paper else one.subject
    return (str(one.seq), at(one.at), one.service, one.reason, str(one.attempts), plain(about))


def at(text: str) -> str:
    """A time to the second."""
    return f"{text[:19]}Z"


def plain(text: str) -> str:
    """What others wrote, fit for a terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)


def page(found: Opened) -> Iterator[str]:
    """Everything about one letter."""
    one = found.letter
    yield f"dead letter {one.seq}"
    yield f"  {one.means}"
    yield f"  {one.mend}"
    yield ""
    for name, value in _facts(one):
        if value:
            yield f"  {name:<10} {plain(value)}"
    yield ""
    yield readable(found.body) if found.body else "  (there is no body)"


def _facts(one: Letter) -> Iterable[tuple[str, str]]:
    yield "paper", f"{one.paper} v{one.version} (epoch {one.epoch})" if one.paper else ""
    yield "title", one.title
    yield "feeds", ", ".join(one.feeds)
    yield "died at", at(one.at)
    yield "service", one.service
    yield "reason", f"{one.reason} ({one.kind})" if one.kind else one.reason
    yield "error", one.error
    yield "attempts", str(one.attempts)
    yield "software", one.software
    yield "trace", one.trace
    yield "message", f"{one.subject}, {one.stream} {one.message}" if one.message else one.subject
    yield "kept", f"a part of {one.cut_from_bytes} bytes" if one.cut_from_bytes else ""
    yield "replayed", f"from dead letter {one.letter}" if one.letter else ""
    yield "redriven", f"{one.redrives} times, last {at(one.redriven)}" if one.redrives else ""
    yield "replay", "" if one.replayable else "impossible, it can only be dropped"


def as_json(found: Opened) -> str:
    """One JSON object: the letter and its body."""
    fields = msgspec.to_builtins(found.letter)
    return msgspec.json.encode({**fields, "body": readable(found.body)}).decode()


def outcomes(ends: Sequence[Outcome], *, dry: bool) -> Iterator[str]:
    """What became of each letter, and a sum."""
    would = "would be " if dry else ""
    for one in ends:
        state = one.outcome if one.outcome in ("gone", "refused") else f"{would}{one.outcome}"
        words = (plain(word) for word in (one.paper, one.words) if word)
        yield f"{one.letter:<8} {': '.join((state, ' '.join(words))).removesuffix(': ')}"
    sums = ", ".join(f"{n} {what}" for what, n in Counter(one.outcome for one in ends).items())
    yield f"{count(len(ends))}{': ' + sums if sums else ''}{' (nothing was done)' if dry else ''}"
