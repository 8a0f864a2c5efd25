"""Cards of the index and metadata of the ledger as the answers people get."""

from urllib.parse import quote

from common.events import PaperMeta
from common.paperid import PaperId
from gateway.ports import Card
from gateway.views import Links, PaperItem

API = "/api/v1"
MAX_AUTHORS = 300


def api_path(paper: str) -> str:
    """Where a paper is in the API."""
    return f"{API}/papers/{quote(paper, safe=':/.')}"


def page_path(paper: str) -> str:
    """Where a paper is on the page; arXiv ids are shown without their scheme."""
    return f"/paper/{quote(paper.removeprefix('arxiv:'), safe=':/.')}"


def links(paper: str, *, version: int = 0, doi: str = "", has_pdf: bool = False) -> Links:
    """Links of a paper; those to arXiv name the version when it is given."""
    name = PaperId(paper)
    arxiv = name.local if name.scheme == "arxiv" else ""
    suffix = f"{arxiv}v{version}" if version else arxiv
    doi = doi or (name.local if name.scheme == "doi" else "")
    return Links(
        self=api_path(paper),
        page=page_path(paper),
        pdf=f"{api_path(paper)}/pdf" if has_pdf or arxiv else "",
        source_abs=f"https://arxiv.org/abs/{suffix}" if arxiv else "",
        source_pdf=f"https://arxiv.org/pdf/{suffix}" if arxiv else "",
        source_html=f"https://arxiv.org/html/{suffix}" if arxiv else "",
        doi=f"https://doi.org/{quote(doi, safe='/:.')}" if doi else "",
    )


def item(card: Card) -> PaperItem:
    """A card as an item of a list."""
    return PaperItem(
        id=card.paper,
        version=card.version,
        title=card.title,
        abstract=card.abstract,
        authors=card.authors[:MAX_AUTHORS],
        authors_total=card.authors_total or len(card.authors),
        categories=card.categories,
        announced=card.announced,
        updated=card.updated,
        tldr=card.tldr,
        has_pdf=card.has_pdf,
        full_text=card.full_text,
        withdrawn=card.withdrawn,
        feeds=card.feeds,
        links=links(card.paper, version=card.version, has_pdf=card.has_pdf),
    )


def card_of(paper: str, version: int, meta: PaperMeta) -> Card:
    """A card for a paper that the index does not know yet."""
    return Card(
        paper=paper,
        version=version,
        title=meta.title,
        abstract=meta.abstract,
        authors=meta.authors,
        authors_total=meta.authors_total or len(meta.authors),
        categories=meta.categories,
        submitted=meta.submitted,
        updated=meta.updated,
        announced=meta.announced,
        licence=meta.licence,
        doi=meta.doi,
        journal_ref=meta.journal_ref,
        withdrawn=meta.withdrawn,
        feeds=meta.feeds,
    )
