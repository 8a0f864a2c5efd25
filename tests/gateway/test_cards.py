import msgspec
import pytest

from common.events import PaperMeta
from gateway import cards
from gateway.ports import Card


@pytest.mark.parametrize(
    ("paper", "api", "page"),
    [
        ("arxiv:2401.00001", "/api/v1/papers/arxiv:2401.00001", "/paper/2401.00001"),
        ("arxiv:hep-th/9901001", "/api/v1/papers/arxiv:hep-th/9901001", "/paper/hep-th/9901001"),
        (
            "doi:10.1000/x?y#z",
            "/api/v1/papers/doi:10.1000/x%3Fy%23z",
            "/paper/doi:10.1000/x%3Fy%23z",
        ),
        ('doi:10.1000/"><b>', "/api/v1/papers/doi:10.1000/%22%3E%3Cb%3E", None),
        ("doi:10.1000/é", "/api/v1/papers/doi:10.1000/%C3%A9", None),
    ],
)
def test_places_of_a_paper(paper: str, api: str, page: str | None) -> None:
    assert cards.api_path(paper) == api
    assert page is None or cards.page_path(paper) == page


def test_links_to_arxiv_name_the_version_when_it_is_known() -> None:
    found = cards.links("arxiv:2401.00001", version=3)
    assert found.source_abs == "https://arxiv.org/abs/2401.00001v3"
    assert found.source_pdf == "https://arxiv.org/pdf/2401.00001v3"
    assert found.source_html == "https://arxiv.org/html/2401.00001v3"
    assert found.pdf == "/api/v1/papers/arxiv:2401.00001/pdf"
    assert cards.links("arxiv:2401.00001").source_abs == "https://arxiv.org/abs/2401.00001"


@pytest.mark.parametrize(
    ("paper", "doi", "has_pdf", "told"),
    [
        ("doi:10.1000/x y", "", False, ("", "https://doi.org/10.1000/x%20y")),
        (
            "doi:10.1000/x",
            "",
            True,
            ("/api/v1/papers/doi:10.1000/x/pdf", "https://doi.org/10.1000/x"),
        ),
        (f"upload:{'a' * 64}", "", True, (f"/api/v1/papers/upload:{'a' * 64}/pdf", "")),
        (f"upload:{'a' * 64}", "10.1/j", False, ("", "https://doi.org/10.1/j")),
    ],
)
def test_papers_that_are_not_of_arxiv(
    paper: str, doi: str, has_pdf: bool, told: tuple[str, str]
) -> None:
    found = cards.links(paper, version=2, doi=doi, has_pdf=has_pdf)
    assert (found.pdf, found.doi) == told
    assert (found.source_abs, found.source_pdf, found.source_html) == ("", "", "")


@pytest.mark.parametrize(
    ("listed", "total", "shown", "told"),
    [(2, 0, 2, 2), (2, 2, 2, 2), (2, 2900, 2, 2900), (2900, 2900, 300, 2900), (0, 0, 0, 0)],
)
def test_long_lists_of_authors_are_cut_and_counted(
    listed: int, total: int, shown: int, told: int
) -> None:
    authors = tuple(f"Author {n}" for n in range(listed))
    card = Card(
        paper="arxiv:2401.00001", version=1, title="T", authors=authors, authors_total=total
    )
    found = cards.item(card)
    assert (len(found.authors), found.authors_total) == (shown, told)


def test_an_item_keeps_what_the_card_says() -> None:
    card = Card(
        paper="arxiv:2401.00001",
        version=4,
        title="Title",
        abstract="Abstract",
        categories=("cs.LG",),
        announced="2026-07-14",
        updated="2026-07-13T00:00:00Z",
        tldr="Short",
        has_pdf=True,
        full_text=True,
        withdrawn=True,
        feeds=("ai",),
    )
    found = msgspec.to_builtins(cards.item(card))
    kept = msgspec.to_builtins(card)
    shared = set(found) & set(kept) - {"authors", "authors_total"}
    assert len(shared) >= 11
    assert {name: found[name] for name in shared} == {name: kept[name] for name in shared}
    assert (found["id"], found["links"]["source_abs"][-2:]) == (card.paper, "v4")


def test_a_card_of_the_ledger_has_all_the_metadata_says() -> None:
    meta = PaperMeta(
        title="Title",
        abstract="Abstract",
        authors=("Ada", "Alan"),
        categories=("cs.LG", "stat.ML"),
        submitted="2026-07-01T00:00:00Z",
        updated="2026-07-13T00:00:00Z",
        announced="2026-07-14",
        licence="https://creativecommons.org/licenses/by/4.0/",
        withdrawn=True,
        feeds=("ai",),
    )
    card = cards.card_of("arxiv:2401.00001", 2, meta)
    assert (card.paper, card.version, card.authors_total) == ("arxiv:2401.00001", 2, 2)
    for name in set(meta.__struct_fields__) & set(card.__struct_fields__) - {"authors_total"}:
        assert getattr(card, name) == getattr(meta, name), name
