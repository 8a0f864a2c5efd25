"""The points of one paper, made from its fetched fact and its text. Pure."""

from common.events import PaperFetched
from common.texts import PaperText
from common.vectors.points import (
    PaperPoint,
    PassagePoint,
    day_ms,
    generation,
    groups_of,
    order_of,
)

ABSTRACT = "abstract"
"""The extractor of a text that is the abstract alone."""


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
        doi=meta.doi.lower(),
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
