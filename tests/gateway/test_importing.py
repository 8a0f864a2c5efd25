"""Files of references as programs write them, and what in them cannot be read."""

import time

import pytest

from common.errors import UsageError
from gateway.citing.formats import FORMATS
from gateway.citing.work import Work
from gateway.importing import bibtex, formats, lines, opml, ris
from gateway.importing.formats import OtherKind, TooMuch
from gateway.importing.naming import NAMELESS

ARXIV = "arxiv:1706.03762"


@pytest.mark.parametrize(
    ("fields", "papers"),
    [
        ("eprint = {1706.03762}, archivePrefix = {arXiv}", (ARXIV,)),
        ("eprint={1706.03762v7}", (ARXIV,)),
        ("eprint={hep-th/9901001}, eprinttype={arxiv}", ("arxiv:hep-th/9901001",)),
        ("eprint={12345678}, eprinttype={pubmed}, doi={10.1/a}", ()),
        ('journal = "arXiv preprint arXiv:1706.03762", year = 2017', (ARXIV,)),
        ("journal={CoRR}, volume={abs/1706.03762}", (ARXIV,)),
        ("url = {https://arxiv.org/abs/1706.03762}", (ARXIV,)),
        (r"doi = {10.48550/arXiv.1706.03762}", (ARXIV,)),
        (r"doi = {10.1000/A\_b}", ("doi:10.1000/a_b",)),
        ("url = {https://doi.org/10.1000/xyz}, eprint = {1706.03762}", (ARXIV, "doi:10.1000/xyz")),
        ("arxivId = {1706.03762}", (ARXIV,)),
        ('doi = "10.1000/" # "xyz"', ("doi:10.1000/xyz",)),
        ("note = {see {arXiv}:1706.03762}", (ARXIV,)),
        ("abstract = {as in arXiv:1706.03762}, title = {T}", ()),
    ],
)
def test_where_bibtex_names_a_paper(fields: str, papers: tuple[str, ...]) -> None:
    found = bibtex.read(f"@article{{key, title = {{A {{T}}itle}},\n {fields} }}")
    if papers:
        assert [one.papers for one in found.entries] == [papers]
        assert found.entries[0].text == "A Title"
    elif "10.1/a" not in fields:
        assert [(one.line, one.why) for one in found.misread] == [(1, NAMELESS)]


def test_broken_bibtex_is_told_and_the_rest_is_read() -> None:
    found = bibtex.read(
        "Some words first.\n@comment{nothing}\n@string{x = {y}}\n"
        "@misc{good1, eprint={2401.00001}}\n"
        "@misc{open, title={It never {closes}, eprint={2401.00002}\n"
        "\n  @ARTICLE (good2, doi = 10.1000/x, title = {a \\} b})\n"
        "@misc{title={no key}}\n@misc{good3, eprint={2401.00003}}@misc{good4,eprint={2401.00004}}\n"
        "@misc{nothing, title={Of {\\'E}t\\'e}, note = {10.1000}}\n@misc{"
    )
    assert [(one.line, one.papers[0]) for one in found.entries] == [
        (4, "arxiv:2401.00001"),
        (7, "doi:10.1000/x"),
        (9, "arxiv:2401.00003"),
        (9, "arxiv:2401.00004"),
    ]
    assert [(one.line, one.text, one.why[:10]) for one in found.misread] == [
        (5, "open", "does not c"),
        (8, "title={no key}}", "is no entr"),
        (10, "Of \\'Et\\'e", "has no arX"),
        (11, "", "is no entr"),
    ]


def test_hostile_bibtex_takes_no_time() -> None:
    started = time.process_time()
    for text in ("@a{" * 100_000, "@misc{k," + "{" * 500_000, "@misc{k, a={" * 50_000, "@" * 10**6):
        bibtex.read(text)
    assert time.process_time() - started < 20


def test_ris() -> None:
    found = ris.read(
        "\ufeffTY  - JOUR\r\nTI  - One\r\nAB  - as in arXiv:2401.09999\r\n"
        "DO  - 10.1000/X\r\nER  - \r\n"
        "\nTY  - UNPB\nT1  - Two\nUR  - http://arxiv.org/abs/2401.00002v1\n"
        "TY  - GEN\nTI  - Three\nER  -\nTI  - Four\nAN  - arXiv:2401.00004\n"
    )
    assert [(one.line, one.text, one.papers) for one in found.entries] == [
        (1, "One", ("doi:10.1000/x",)),
        (7, "Two", ("arxiv:2401.00002",)),
        (13, "Four", ("arxiv:2401.00004",)),
    ]
    assert [(one.line, one.text) for one in found.misread] == [(10, "Three")]


def test_lists_of_ids() -> None:
    found = lines.read(
        "# mine\n\n2401.00001\n https://arxiv.org/pdf/2401.00002v3.pdf \n"
        "10.1000/xyz, 2401.00003;2401.00004\nnot an id\n"
    )
    assert [(one.line, one.papers[0]) for one in found.entries] == [
        (3, "arxiv:2401.00001"),
        (4, "arxiv:2401.00002"),
        (5, "doi:10.1000/xyz"),
        (5, "arxiv:2401.00003"),
        (5, "arxiv:2401.00004"),
    ]
    (wrong,) = found.misread
    assert (wrong.line, wrong.text) == (6, "not an id")
    assert "write it like arXiv:2401.00001v2" in wrong.why


def test_feeds_are_suggested() -> None:
    found = opml.read(
        '<?xml version="1.0"?><opml version="2.0"><body><outline text="Papers">'
        '<outline type="rss" title="ML" xmlUrl="https://rss.arxiv.org/rss/cs.LG+stat.ML"/>'
        '<outline text="old" xmlUrl="http://export.arxiv.org/rss/hep-th"/>'
        '<outline text="q" xmlUrl="https://export.arxiv.org/api/query?search_query=cat:cs.CL+OR+cat:cs.AI"/>'
        '<outline text="b" xmlUrl="https://blog.example/rss/cs.LG"/>'
        '<outline text="again" xmlUrl="https://blog.example/rss/cs.LG"/>'
        "</outline></body></opml>"
    )
    assert [(one.title, one.categories) for one in found.feeds] == [
        ("ML", ("cs.LG", "stat.ML")),
        ("old", ("hep-th",)),
        ("q", ("cs.CL", "cs.AI")),
        ("b", ()),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<opml><body>",
        '<!DOCTYPE opml [<!ENTITY a "b">]><opml>&a;</opml>',
        '<!DOCTYPE opml SYSTEM "file:///etc/passwd"><opml/>',
        "<opml>\x00</opml>",
    ],
)
def test_hostile_xml_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not OPML"):
        opml.read(text)


@pytest.mark.parametrize(
    ("name", "media_type", "text", "source"),
    [
        ("", "text/plain", "2401.00001", "ids"),
        ("", "text/plain", "% a file\n@misc{a, b={c}}", "bibtex"),
        ("", "application/octet-stream", "\nTY  - JOUR\nER  - ", "ris"),
        ("", "", '<?xml version="1.0"?><opml><outline xmlUrl="a"/></opml>', "opml"),
        ("", "text/xml", '<opml><outline xmlUrl="a"/></opml>', "opml"),
        ("", "application/x-bibtex", "TY  - \n@a{b}", "bibtex"),
        ("ids", "application/json", "2401.00001", "ids"),
        ("", "", ' {"format": "paperbus-library", "version": 1, "papers": []}', "json"),
    ],
)
def test_the_format_is_told_or_found(name: str, media_type: str, text: str, source: str) -> None:
    found, _ = formats.parsed(text.encode(), name=name, media_type=media_type)
    assert found.name == source


def test_what_is_too_much_or_of_another_kind() -> None:
    for body in (b"x" * ((1 << 20) + 1), b"2401.00001\n" * 5001):
        with pytest.raises(TooMuch):
            formats.parsed(body, name="ids", media_type="")
    with pytest.raises(OtherKind, match="application/x-bibtex"):
        formats.parsed(b"a", name="", media_type="application/x-www-form-urlencoded")
    with pytest.raises(UsageError, match="is not one of bibtex, ris, opml, json, ids"):
        formats.parsed(b"a", name="endnote", media_type="")
    with pytest.raises(UsageError, match="is empty"):
        formats.parsed(b" \n", name="", media_type="")
    with pytest.raises(UsageError, match="names nothing"):
        formats.parsed(b"2401.00001", name="bibtex", media_type="")
    old = "@misc{a, title={Gödel}, eprint={2401.00001}}".encode("latin-1")
    assert formats.parsed(old, name="", media_type="")[1].entries[0].text == "Gödel"


@pytest.mark.parametrize("name", ["bibtex", "ris"])
def test_what_is_exported_can_be_imported(name: str) -> None:
    works = [
        Work(paper="arxiv:2401.00001", title=r'{ "\'e @misc{x,', authors=("A and B", "{C")),
        Work(paper="arxiv:hep-th/9901001", title="%", doi="10.1000/x{y}"),
        Work(paper="doi:10.1000/z", title="T}", doi="10.1000/z", journal="J"),
    ]
    _, found = formats.parsed(FORMATS[name].document(works).encode(), name="", media_type="")
    assert found.misread == []
    assert [one.papers[0] for one in found.entries] == [one.paper for one in works]
