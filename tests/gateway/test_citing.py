"""Every format, read back by a program that people use."""

import csv
import io
import json
from typing import Any
from urllib.parse import parse_qs

import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc import formatter as citeproc_formats
from citeproc.source.json import CiteProcJSON
from pybtex.database import parse_string

from common.errors import UsageError
from gateway.citing import coins, markdown
from gateway.citing.formats import FORMATS, format_of
from gateway.citing.table import COLUMNS
from gateway.citing.work import Work
from gateway.shelf.said import Said

NEW = Work(
    paper="arxiv:2401.00001",
    title=r"G\"odel & the GPU: $x_1 < 3$, 100% {sure}",
    authors=("Ludwig van Beethoven", "The ATLAS Collaboration", "Zo\u00eb Smith Jr."),
    abstract="Two\u2028lines"[:3] + " words.",
    categories=("cs.LG", "stat.ML"),
    submitted="2024-01-02T03:04:05Z",
    announced="2024-01-03",
    version=2,
)
PRINTED = Work(
    paper="arxiv:hep-th/9901001",
    title="=cmd() on strings",
    authors=("Ada Lovelace",),
    doi="10.1000/xyz",
    journal="J. Test 1 (1999) 2",
    announced="1999-01-04",
    said=Said(paper="arxiv:hep-th/9901001", opinion="like", tags=("a b", "c"), state="read"),
)
BOTH = (NEW, PRINTED)
GODEL = "G\u00f6del & the GPU: $x_1 < 3$, 100% {sure}"


def written(name: str) -> str:
    return FORMATS[name].document(BOTH)


def test_bibtex() -> None:
    found = parse_string(written("bibtex"), "bibtex").entries
    new, printed = found.values()
    assert (new.type, printed.type) == ("misc", "article")
    people = new.persons["author"]
    assert [str(people[0].last_names[0]), people[0].prelast_names] == ["Beethoven", ["van"]]
    assert people[1].last_names == ["{The ATLAS Collaboration}"]
    assert people[2].lineage_names == ["Jr."]
    assert new.fields["primaryClass"] == "cs.LG"
    assert printed.fields["eprint"] == "hep-th/9901001"
    assert (printed.fields["doi"], printed.fields["year"]) == ("10.1000/xyz", "1999")


def test_ris() -> None:
    new, printed = rispy.loads(written("ris"))
    assert (new["type_of_reference"], printed["type_of_reference"]) == ("PREP", "JOUR")
    assert new["title"] == GODEL
    assert new["authors"] == [
        "van Beethoven, Ludwig",
        "The ATLAS Collaboration",
        "Smith, Zo\u00eb, Jr.",
    ]
    assert (new["year"], new["date"]) == ("2024", "2024/01/02")
    assert new["urls"] == ["https://arxiv.org/abs/2401.00001"]
    assert printed["doi"] == "10.1000/xyz"
    assert printed["keywords"] == ["a b", "c"]


def test_csl_json() -> None:
    items = json.loads(written("csl-json"))
    assert [item["type"] for item in items] == ["article", "article-journal"]
    assert items[0]["title"] == GODEL
    assert items[0]["author"][1] == {"literal": "The ATLAS Collaboration"}
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    source = CiteProcJSON(items)
    made = CitationStylesBibliography(style, source, citeproc_formats.plain)
    for item in items:
        made.register(Citation([CitationItem(item["id"])]))
    shown = [str(one) for one in made.bibliography()]
    assert any(one.startswith("van Beethoven, L.") and "(2024)" in one for one in shown), shown
    assert any("Lovelace, A." in one and "J. Test 1 (1999) 2" in one for one in shown), shown


def test_csv_is_no_formula() -> None:
    new, printed = csv.DictReader(io.StringIO(written("csv")))
    assert tuple(new) == COLUMNS
    assert (new["title"], new["version"], new["categories"]) == (GODEL, "2", "cs.LG stat.ML")
    assert printed["title"] == "'=cmd() on strings"
    assert (printed["opinion"], printed["tags"], printed["state"]) == ("like", "a b, c", "read")


def test_markdown() -> None:
    new, printed = written("markdown").splitlines()
    assert new == (
        "- Ludwig van Beethoven, The ATLAS Collaboration, Zo\u00eb Smith Jr. (2024). "
        "[G\u00f6del & the GPU: $x_1 < 3$, 100% {sure}](<https://arxiv.org/abs/2401.00001>). "
        "arXiv:2401.00001."
    )
    assert printed.endswith("*J. Test 1 (1999) 2*. arXiv:hep-th/9901001. doi:10.1000/xyz.")
    assert markdown.text("A & B &lt; *c*") == r"A & B \&lt; \*c\*"
    begun = Work(paper="arxiv:2401.00001", title="t", authors=("# x", "1. y"))
    assert markdown.line(begun).startswith(r"- \# x, 1. y")
    assert markdown.text("[x](y) $[x](javascript:a)$") == (r"\[x\](y) \$\[x\](javascript:a)\$")


def test_for_programs_that_read_pages() -> None:
    tags = coins.tags(NEW)
    authors = [content for name, content in tags if name == "citation_author"]
    assert authors == ["van Beethoven, Ludwig", "The ATLAS Collaboration", "Smith, Zo\u00eb, Jr."]
    named = dict(tags)
    assert named["citation_publication_date"] == "2024/01/02"
    assert named["citation_arxiv_id"] == "2401.00001"
    assert named["citation_pdf_url"] == "https://arxiv.org/pdf/2401.00001"
    assert "citation_doi" not in named
    told = parse_qs(coins.span(PRINTED))
    assert told["rft.atitle"] == ["=cmd() on strings"]
    assert told["rft_id"][0] == "info:doi/10.1000/xyz"
    assert (told["rft.aulast"], told["rft.date"]) == (["Lovelace"], ["1999-01-04"])


@pytest.mark.parametrize("name", ["", "bib", "x" * 400])
def test_a_format_there_is_not(name: str) -> None:
    with pytest.raises(
        UsageError, match="is not one of bibtex, ris, csl-json, csv, markdown, json"
    ):
        format_of(name, "json")


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({}, "2401.00001"),
        ({"paper": "arxiv:hep-th/9901001"}, "hep-th_9901001"),
        ({"paper": "doi:10.1/../\u00e4\u00f6"}, "10.1_.._"),
        ({"paper": "doi:10.1/" + "x" * 200}, "10.1_" + "x" * 75),
    ],
)
def test_names_of_files_are_safe(more: dict[str, Any], name: str) -> None:
    found = Work(**{"paper": "arxiv:2401.00001", "title": "x", **more}).file_name
    assert found.strip("._") == name.strip("._")
    assert not set(found) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
