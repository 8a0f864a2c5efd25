"""Check A7: each summary was paid for once, and the counters say what was kept and what was not."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from cli.audit.facts import Fact
from cli.audit.verdict import Finding, Twice
from common.errors import UNREADABLE
from common.kv import Entry

if TYPE_CHECKING:
    from cli.audit.evidence import Evidence

ROW = "summarizer"
IN_VAIN = 3
"""The longest talk with a model that comes to nothing: too short, wrong form, wrong form again."""
_CENT = 0.000_001


class Spent(msgspec.Struct, frozen=True, kw_only=True):
    """One record of the summarizer about what was paid."""

    recipe: str
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0
    kept: bool = True


def records(items: list[tuple[str, Entry]]) -> list[Spent]:
    """The records of the bucket; what is none (a lock, a total) is passed over."""
    found = []
    for _, entry in items:
        try:
            found.append(msgspec.json.decode(entry.value, type=Spent))
        except UNREADABLE:
            continue
    return found


def money(seen: "Evidence") -> Iterator[Finding]:
    """One kept record for each summary that a model made, with the usage that its fact states."""
    kept: defaultdict[str, list[Spent]] = defaultdict(list)
    for one in seen.spent:
        if one.kept:
            kept[one.recipe].append(one)
    for recipe, (name, fact) in seen.log.paid.items():
        there = kept.get(recipe, [])
        about = f"{name}v{fact.version}"
        if not there and not seen.moved(seen.log.papers[name]):
            yield Finding("A7", about, "a model made its summary, and no record says what was paid")
        elif there and not _agree(fact, there[0]):
            yield Finding(
                "A7", about, f"the fact says {_usage(fact)}, the record {_usage(there[0])}"
            )
    for recipe, several in kept.items():
        owner = seen.log.paid.get(recipe)
        about = owner[0] if owner else f"recipe {recipe[:12]}"
        if len(several) > 1 + seen.log.remade[recipe]:
            yield Twice("A7", about, f"its summary was paid for and kept {len(several)} times")
        if owner is None and f"summary/{recipe}.json" not in seen.store.objects:
            yield Finding("A6", about, "was paid for and kept, and there is no such summary")


def in_vain(seen: "Evidence") -> Iterator[Finding]:
    """Calls whose answers were of no use: a few for each time that somebody asked, and no more."""
    for recipe, calls in Counter(one.recipe for one in seen.spent if not one.kept).items():
        owner = seen.log.paid.get(recipe)
        if calls > IN_VAIN * (1 + _raised(seen, owner[0] if owner else "")):
            about = owner[0] if owner else f"recipe {recipe[:12]}"
            yield Finding("A7", about, f"{calls} calls were paid for whose answers were of no use")


def _raised(seen: "Evidence", name: str) -> int:
    """How often a summary was asked for again; of an unknown paper, what is most of all."""
    papers = (seen.log.papers[name],) if name else seen.log.papers.values()
    return max((paper.rows[ROW].epoch for paper in papers if ROW in paper.rows), default=0)


def _agree(fact: Fact, record: Spent) -> bool:
    return (
        fact.prompt_tokens == record.prompt_tokens
        and fact.completion_tokens == record.completion_tokens
        and abs(fact.cost_usd - record.cost_usd) < _CENT
    )


def _usage(one: Fact | Spent) -> str:
    return f"{one.prompt_tokens}+{one.completion_tokens} tokens, {one.cost_usd:.6f} USD"
