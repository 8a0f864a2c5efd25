"""What is stored for one paper, made from its fetched fact and its text. Pure."""

from common.events import ObjectRef, PaperEmbedded, PaperFetched
from common.texts import PaperText, Passage
from common.vectors.points import (
    PaperPoint,
    PassagePoint,
    day_ms,
    generation,
    groups_of,
    order_of,
)
from indexer.parsed import Parsed

ABSTRACT = "abstract"


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


def searched(event: PaperFetched) -> str:
    """What stands for the whole paper in search."""
    return f"{event.meta.title}\n{event.meta.abstract}".strip()


def paper_point(
    event: PaperFetched, text: PaperText, previous: PaperPoint | None, *, at: str
) -> PaperPoint:
    """The payload of the paper; a summary of the same version is carried over."""
    meta = event.meta
    announced = meta.announced or meta.updated[:10]
    kept = previous if previous is not None and previous.version == event.version else None
    return PaperPoint(
        paper=event.paper,
        version=event.version,
        title=meta.title,
        abstract=meta.abstract,
        authors=meta.authors,
        authors_total=max(meta.authors_total, len(meta.authors)),
        categories=meta.categories,
        groups=groups_of(meta.categories),
        primary=meta.categories[0] if meta.categories else "",
        announced=announced,
        announced_ms=day_ms(announced),
        order=order_of(event.paper, day_ms(announced)),
        submitted=meta.submitted,
        updated=meta.updated,
        licence=meta.licence,
        feeds=meta.feeds,
        withdrawn=meta.withdrawn,
        doi=meta.doi,
        journal_ref=meta.journal_ref,
        comment=meta.comment,
        abs_url=meta.abs_url,
        pdf_url=meta.pdf_url,
        has_pdf=event.pdf is not None,
        full_text=text.extractor != ABSTRACT,
        pages=text.pages,
        passages=len(text.passages),
        indexed_at=at,
        gen=generation(event.version, event.epoch),
        tldr=kept.tldr if kept else "",
        summary_model=kept.summary_model if kept else "",
    )


def passage_points(text: PaperText, paper: PaperPoint) -> list[PassagePoint]:
    """The payloads of the passages, with what filters need of the paper."""
    return [
        PassagePoint(
            paper=paper.paper,
            no=passage.no,
            text=passage.text,
            gen=paper.gen,
            page=passage.page,
            section=passage.section,
            groups=paper.groups,
            feeds=paper.feeds,
            announced_ms=paper.announced_ms,
            withdrawn=paper.withdrawn,
        )
        for passage in text.passages
    ]


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
    )
