"""What a reader should know about a summary, in plain words."""

from collections.abc import Sequence

from common.events import PaperEmbedded
from common.llm import Reply
from common.texts import Summary
from summarizer.settings import SummarizerSettings


def notes_of(
    event: PaperEmbedded, summary: Summary, paid: Sequence[Reply], settings: SummarizerSettings
) -> tuple[str, ...]:
    """The notes, each one clause; none when there is nothing out of the ordinary."""
    said = {
        "withdrawn by its authors: the summary describes what was withdrawn": event.meta.withdrawn,
        f"made from v{summary.version}, whose text is the same": summary.version != event.version,
        "made from the abstract alone": not summary.extractive and not event.full_text,
        "token counts are estimates: the endpoint reported none": any(
            reply.usage.estimated for reply in paid
        ),
        f"cost unknown: no price is set for {summary.model}": not summary.extractive
        and settings.prices(summary.model) is None,
    }
    return tuple(note for note, holds in said.items() if holds)
