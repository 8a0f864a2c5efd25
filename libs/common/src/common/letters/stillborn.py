"""The dead letter of an announcement that is too large for the bus."""

import msgspec

from common.batch import Draft
from common.errors import EventTooLarge
from common.events import Event, PaperMeta
from common.letters.letter import letter


def letter_of(fact: Event, error: EventTooLarge, words: str) -> Draft:
    """The letter of a fact that was never stated, so that no message in the log is named."""
    why = {
        "class": type(error).__name__,
        "reason": error.reason,
        "error": words,
        "attempts": "1",
        "id": fact.event_id,
    }
    body = msgspec.json.encode(fact)
    return letter(fact.subject, body, service="fetcher", why=why, trace=fact.trace)


def words_of(meta: PaperMeta, error: EventTooLarge) -> str:
    """Why, beginning with the field that is the longest."""
    fields = {name: str(value) for name, value in msgspec.to_builtins(meta).items()}
    longest = max(fields, key=lambda name: len(fields[name]))
    return f"its {longest} has {len(fields[longest])} characters; {str(error).partition(';')[0]}"
