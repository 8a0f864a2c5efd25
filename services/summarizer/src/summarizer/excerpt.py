"""What part of a paper is shown to a model: abstract, introduction, conclusion, then the rest."""

import re
from collections.abc import Sequence

from common.llm import estimate_tokens
from common.texts import PaperText, Passage

_FIRST = re.compile(r"\babstract\b|\bsummary\b", re.IGNORECASE)
_OPENING = re.compile(r"\bintroduction\b|\bmotivation\b|\boverview\b", re.IGNORECASE)
_CLOSING = re.compile(
    r"\bconclu\w+|\bdiscussion\b|\blimitation\w*|\bfuture work\b|\boutlook\b|\bsummary\b",
    re.IGNORECASE,
)
_SKIPPED = re.compile(
    r"\breferences\b|\bbibliography\b|\backnowledg\w+|\bappendi\w+|\bsupplement\w*", re.IGNORECASE
)
_NOWHERE = 3


def excerpt(abstract: str, text: PaperText, max_tokens: int) -> str:
    """Passages in reading order that fit ``max_tokens`` by estimate, after the abstract."""
    left = max_tokens - estimate_tokens(abstract)
    chosen: list[Passage] = []
    for passage in sorted(text.passages, key=_rank):
        if _rank(passage)[0] > _NOWHERE or passage.text.strip() in abstract:
            continue
        cost = estimate_tokens(passage.text) + estimate_tokens(passage.section) + 2
        if cost > left:
            break
        left -= cost
        chosen.append(passage)
    parts = [f"Abstract\n{_cut(abstract, max_tokens)}"] if abstract else []
    return "\n\n".join([*parts, *_by_section(sorted(chosen, key=lambda passage: passage.no))])


def closing(text: PaperText) -> list[str]:
    """The passages of the conclusion, discussion and limitations."""
    return [passage.text for passage in text.passages if _CLOSING.search(passage.section)]


def opening(text: PaperText) -> str:
    """The first passages, for a paper without an abstract."""
    return " ".join(passage.text for passage in text.passages[:3])


def _rank(passage: Passage) -> tuple[int, int]:
    section = passage.section
    if _SKIPPED.search(section):
        return (_NOWHERE + 1, passage.no)
    for rank, pattern in enumerate((_FIRST, _OPENING, _CLOSING)):
        if pattern.search(section):
            return (rank, passage.no)
    return (_NOWHERE, passage.no)


def _by_section(passages: Sequence[Passage]) -> list[str]:
    """Blocks of text, each section's heading once above its passages."""
    blocks: list[str] = []
    last = ""
    for passage in passages:
        heading = f"{passage.section}\n" if passage.section and passage.section != last else ""
        last = passage.section
        blocks.append(f"{heading}{passage.text}")
    return blocks


def _cut(text: str, max_tokens: int) -> str:
    """The beginning that fits, cut at a blank."""
    if estimate_tokens(text) <= max_tokens:
        return text
    return text.encode()[: max_tokens * 4].decode(errors="ignore").rpartition(" ")[0]
