"""BibTeX entries."""

from typing import Any

import pytest

from gateway.citing.bibtex import entry
from gateway.citing.keys import key_of
from gateway.citing.work import Work


def work(**more: Any) -> Work:
    fields = {"paper": "arxiv:2401.00001", "title": "Deep nets", "authors": ("Ada B",)}
    return Work(**{**fields, "announced": "2024-01-02", "categories": ("cs.LG",), **more})


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Deep nets", "Deep nets"),
        ("100% of it & more", r"100\% of it \& more"),
        ("Proof of $x_{1} & y$ in GPUs", r"Proof of $x_{1} & y$ in {GPUs}"),
        ("A broken $x{ formula$", r"A broken \$x\textbraceleft{} formula\$"),
        ("From $5 to $10 in C", r"From \$5 to \$10 in {C}"),
        (r"Poincar\'e and G\"{o}del, \O{}re", r"Poincar{\'e} and {G}{\"{o}}del, {\O{}}re"),
        (r"AT\&T for \emph{all}", r"{AT}\&T for {\emph{all}}"),
        ("a\\b^c~d_e#{", r"a\textbackslash{}b\textasciicircum{}c\textasciitilde{}d\_e\#"),
    ],
)
def test_titles(title: str, written: str) -> None:
    found = entry(work(title=title))
    assert f"title = {{{written}" in found
    assert found.count("{") == found.count("}")


@pytest.mark.parametrize(
    ("author", "written"),
    [
        ("Ada Lovelace", "Lovelace, Ada"),
        ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
        ("van der Berg, Jan", "van der Berg, Jan"),
        ("Martin Luther King Jr.", "King, Jr., Martin Luther"),
        ("The ATLAS Collaboration", "{The ATLAS Collaboration}"),
        (r"Kurt G\"odel", "G\u00f6del, Kurt"),
        ("Plato", "Plato"),
        ("Law and Order", "{and Order}, Law"),
    ],
)
def test_authors(author: str, written: str) -> None:
    assert f"author = {{{written}}}" in entry(work(authors=(author,)))


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({}, "b2024deep-2401.00001"),
        (
            {"authors": ("Jos\u00e9 \u00c1lvarez",), "title": "The \u00dcber net"},
            "alvarez2024uber-",
        ),
        ({"authors": (), "title": "???"}, "anonymous2024untitled-2401.00001"),
        ({"paper": "arxiv:hep-th/9901001", "announced": ""}, "bdeep-hep-th.9901001"),
        ({"paper": "doi:10.1000/xyz"}, "b2024deep-ac5e10bf"),
    ],
)
def test_a_key_is_plain_and_of_the_paper_alone(more: dict[str, Any], key: str) -> None:
    found = key_of(work(**more))
    assert found.startswith(key)
    assert found.isascii()
    assert not set(found) & set(' ,{}\\"%#~')


def test_a_published_paper_is_an_article() -> None:
    found = entry(
        work(authors=("A B", "C D"), doi="10.1/x_{y}", journal="J. 1 & 2", submitted="2023-12-31")
    )
    assert found.startswith("@article{b2023deep-2401.00001,")
    for line in (
        "author = {B, A and D, C}",
        "eprint = {2401.00001}",
        "archivePrefix = {arXiv}",
        "primaryClass = {cs.LG}",
        r"journal = {J. 1 \& 2}",
        "doi = {10.1/x_%7By%7D}",
    ):
        assert line in found


def test_a_list_that_was_cut_says_so() -> None:
    assert "author = {B, Ada and others}" in entry(work(more_authors=True))
