"""The text and the fact of one paper, made from what was fetched and read. Pure."""

from common.events import ObjectRef, PaperEmbedded, PaperFetched
from common.reading.parsed import Parsed
from common.texts import PaperText, Passage
from common.vectors.composing import ABSTRACT


def paper_text(event: PaperFetched, parsed: Parsed | None) -> PaperText:
    """The text to keep: the PDF's where there is one, else the abstract as its only passage."""
    if parsed is not None and parsed.passages:
        return PaperText(
            paper=event.paper,
            version=event.version,
            extractor=parsed.extractor,
            passages=parsed.passages,
            references=parsed.references,
            pages=parsed.pages,
        )
    abstract = event.meta.abstract.strip()
    only = (Passage(no=0, text=abstract, section="Abstract"),) if abstract else ()
    return PaperText(
        paper=event.paper,
        version=event.version,
        extractor=ABSTRACT,
        passages=only,
        pages=parsed.pages if parsed else 0,
    )


def notes(parsed: Parsed | None) -> tuple[str, ...]:
    """What a reader should know about the text."""
    if parsed is None:
        return ()
    if parsed.problem:
        return (f"indexed from the abstract: {parsed.problem}",)
    return parsed.notes


def embedded(
    event: PaperFetched, text: PaperText, stored: ObjectRef, *, model: str, noted: tuple[str, ...]
) -> PaperEmbedded:
    """The fact that the paper can be found."""
    return PaperEmbedded(
        paper=event.paper,
        version=event.version,
        epoch=event.epoch,
        meta=event.meta,
        text=stored,
        model=model,
        passages=len(text.passages),
        pages=text.pages,
        full_text=text.extractor != ABSTRACT,
        notes=noted,
        announced_at=event.announced_at,
    )
