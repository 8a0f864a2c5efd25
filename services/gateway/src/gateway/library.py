"""Reading papers: what the ledger says about one, completed by its stored summary."""

from typing import NamedTuple

import msgspec

from common.errors import Retryable
from common.events import ObjectRef, PaperEmbedded, PaperMeta, SummaryReady
from common.ledger import Row
from common.paperid import PaperId
from common.texts import decode_summary
from gateway import cards, licences, timeline
from gateway.failures import Missing
from gateway.ports import Objects, Timelines
from gateway.views import PaperView, SummaryView, TimelineView, VersionItem


class Known(NamedTuple):
    """What the ledger knows about one paper."""

    key: str
    version: int
    meta: PaperMeta
    rows: dict[str, Row]
    timeline: TimelineView

    @property
    def pdf(self) -> ObjectRef | None:
        """Where the PDF of the newest fetched version lies."""
        fetched = timeline.fetched_of(self.rows.get("fetcher"))
        return None if fetched is None or fetched.version != self.version else fetched.pdf


async def known(ledger: Timelines, paper: PaperId) -> Known:
    """The paper in the ledger; raises Missing when nothing is known about it."""
    entries = await ledger.timeline(paper.key)
    if not entries:
        raise Missing(
            f"{paper} is not here; ask for it with POST /api/v1/papers "
            f'{{"ids": ["{paper}"]}} or look at it at its source'
        )
    rows = timeline.rows_of(entries)
    nameless = max(row.version for row in rows.values()), PaperMeta(title=paper.key)
    version, meta = timeline.newest_meta(rows) or nameless  # it may have died before it was read
    newest = max([version, *(listed.version for listed in meta.versions)])
    if paper.version is not None and paper.version > newest:
        raise Missing(f"{paper.key} has no version {paper.version}; the newest one is {newest}")
    return Known(paper.key, version, meta, rows, timeline.view(paper.key, entries))


async def summary(objects: Objects, paper: Known) -> SummaryView | None:
    """The stored summary; its TL;DR alone when the store has lost the rest; None before it is."""
    ready = timeline.fact_of(paper.rows.get("summarizer"), SummaryReady)
    if ready is None:
        return None
    try:
        stored = decode_summary(await objects.get(ready.summary))
    except (Retryable, msgspec.DecodeError):
        return SummaryView(
            paper=paper.key,
            version=ready.version,
            tldr=ready.tldr,
            model=ready.model,
            extractive=ready.model == "extractive",
            at=ready.at,
        )
    return SummaryView(
        paper=paper.key,
        version=ready.version,
        tldr=stored.tldr or ready.tldr,
        problem=stored.problem,
        method=stored.method,
        findings=stored.findings,
        limits=stored.limits,
        model=stored.model,
        extractive=stored.extractive,
        cost_usd=stored.cost_usd,
        at=stored.at or ready.at,
    )


def detail(paper: Known, told: SummaryView | None, asked: int | None) -> PaperView:
    """The whole paper; ``asked`` is the version a person named, if any."""
    meta = paper.meta
    embedded = timeline.fact_of(paper.rows.get("indexer"), PaperEmbedded)
    card = cards.card_of(paper.key, paper.version, meta)
    listed = cards.item(card)
    licence = licences.judge(meta.licence)
    fields = {name: getattr(listed, name) for name in listed.__struct_fields__}
    fields |= {
        "tldr": told.tldr if told else "",
        "has_pdf": paper.pdf is not None,
        "full_text": embedded is not None and embedded.full_text,
        "links": cards.links(
            paper.key, version=asked or paper.version, doi=meta.doi, has_pdf=paper.pdf is not None
        ),
    }
    return PaperView(
        **fields,
        state=paper.timeline.state,
        note=_note(paper, asked),
        submitted=meta.submitted,
        comment=meta.comment,
        journal_ref=meta.journal_ref,
        doi=meta.doi,
        licence=licence.url,
        licence_label=licence.label,
        source=meta.source,
        versions=_versions(paper),
        summary=told,
    )


def _versions(paper: Known) -> tuple[VersionItem, ...]:
    listed = tuple(
        VersionItem(
            version=one.version,
            submitted=one.submitted,
            size=one.size,
            withdrawn=paper.meta.withdrawn and one.version == paper.version,
        )
        for one in paper.meta.versions
    )
    return listed or (
        VersionItem(
            version=paper.version, submitted=paper.meta.updated, withdrawn=paper.meta.withdrawn
        ),
    )


def _note(paper: Known, asked: int | None) -> str:
    if asked is None or asked == paper.version:
        return ""
    return f"Version {asked} was asked for; what is shown is version {paper.version}."
