"""BibTeX entries."""

from typing import Any

import pytest

from common.events import PaperMeta
from gateway import bibtex
from gateway.ports import Card


def card(**more: Any) -> Card:
    fields = {"paper": "arxiv:2401.00001", "version": 1, "title": "Deep nets", "authors": ("A B",)}
    return Card(**{**fields, "announced": "2024-01-02", "categories": ("cs.LG",), **more})


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Deep nets", "Deep nets"),
        ("100% of it & more", r"100\% of it \& more"),
        ("Proof of $x_{1} & y$ in GPUs", r"Proof of $x_{1} & y$ in {GPUs}"),
        ("A broken $x{ formula$", r"A broken \$x formula\$"),
    ],
)
def test_titles(title: str, written: str) -> None:
    found = bibtex.entry(card(title=title), None, bibtex.Keys())
    assert f"title = {{{written}}}" in found
    assert found.count("{") == found.count("}")


def test_keys_are_ascii_and_stay_apart() -> None:
    keys = bibtex.Keys()
    same = card(authors=("Jos\u00e9 \u00c1lvarez",), title="The \u00dcber net")
    assert [keys.of(same, "2024") for _ in range(3)] == [
        "alvarez2024uber",
        "alvarez2024ubera",
        "alvarez2024uberb",
    ]
    assert keys.of(card(authors=(), title="???"), "2024") == "anonymous2024untitled"


def test_a_published_paper_is_an_article() -> None:
    meta = PaperMeta(
        title="x", authors=("A B", "C D"), doi="10.1/x", journal_ref="J. 1", submitted="2023-12-31"
    )
    found = bibtex.entry(card(), meta, bibtex.Keys())
    assert found.startswith("@article{b2023deep,")
    for line in ("author = {A B and C D}", "eprint = {2401.00001}", "primaryClass = {cs.LG}"):
        assert line in found
