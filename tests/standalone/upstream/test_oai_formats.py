"""Metadata formats, element by element as arXiv's real answers have them."""

from collections.abc import Callable
from typing import Any

from defusedxml import ElementTree

from standalone.upstream.oai_formats import FORMATS, abstract_text
from standalone.upstream.paper import derive
from standalone.upstream.records import Record, StatedVersion

Make = Callable[..., Record]
ARXIV = "{http://arxiv.org/OAI/arXiv/}"
RAW = "{http://arxiv.org/OAI/arXivRaw/}"
DC = "{http://purl.org/dc/elements/1.1/}"


def flat(root: Any) -> list[tuple[str, str]]:
    """Return every element's tag and text, blanks evened out."""
    return [(one.tag, " ".join((one.text or "").split())) for one in root.iter()]


def test_arxiv_is_as_the_real_one(real: Callable[[str], str]) -> None:
    root = ElementTree.fromstring(real("oai_arxiv_1401.2122.xml").encode())
    theirs = next(root.iter(f"{ARXIV}arXiv"))

    def said(name: str) -> str:
        return " ".join((theirs.findtext(f"{ARXIV}{name}") or "").split())

    record = Record(
        id="1401.2122",
        title=said("title"),
        authors=["A. Sergyeyev"],
        categories=said("categories").split(),
        classes=said("msc-class").split(),
        comment=said("comments"),
        abstract="We introduce"
        + (theirs.findtext(f"{ARXIV}abstract") or "").partition("introduce")[2],
        journal_ref=said("journal-ref"),
        doi=said("doi"),
        seen="2018-01-25",
        versions=[
            StatedVersion(version=1, at="2014-01-09T12:00:00Z"),
            StatedVersion(version=5, at="2017-10-23T12:00:00Z"),
        ],
    )
    ours = ElementTree.fromstring(FORMATS["arXiv"].write(derive(record)))
    # The record lists classes one by one; arXiv has them in one line, as the author wrote it.
    wanted = [
        (tag, text.replace(" ", ", ") if tag.endswith("msc-class") else text)
        for tag, text in flat(theirs)
    ]
    assert flat(ours) == wanted


def test_oai_dc_is_as_the_real_one(real: Callable[[str], str]) -> None:
    root: Any = ElementTree.fromstring(real("oai_dc_0901.2443.xml"))
    theirs = root.find("metadata")[0]

    def said(name: str) -> list[str]:
        return [" ".join((one.text or "").split()) for one in theirs.iter(DC + name)]

    record = Record(
        id="0901.2443",
        title=said("title")[0],
        authors=[" ".join(reversed(one.split(", "))) for one in said("creator")],
        categories=["nucl-ex"],
        abstract=said("description")[0],
        comment=said("description")[1].removeprefix("Comment: "),
        seen="2009-01-19",
        versions=[StatedVersion(version=1, at="2009-01-16T12:00:00Z")],
    )
    ours = ElementTree.fromstring(FORMATS["oai_dc"].write(derive(record)))
    assert flat(ours) == flat(theirs)


def test_raw_has_every_version_with_date_and_size(record: Make) -> None:
    paper = derive(record(comment="v3", withdrawn=True, report_no="R-1"))
    root = ElementTree.fromstring(FORMATS["arXivRaw"].write(paper))
    versions = root.findall(f"{RAW}version")
    assert [one.get("version") for one in versions] == ["v1", "v2", "v3"]
    assert [one.findtext(f"{RAW}size") for one in versions] == ["1kb", "1kb", "0kb"]
    assert [one.findtext(f"{RAW}source_type") for one in versions] == [None, None, "I"]
    assert all((one.findtext(f"{RAW}date") or "").endswith(" GMT") for one in versions)
    assert root.findtext(f"{RAW}authors") == "Ada Lovelace and Ludwig van der Berg Jr."
    assert root.findtext(f"{RAW}report-no") == "R-1"


def test_paragraphs_begin_with_two_blanks_and_lines_are_short(record: Make) -> None:
    abstract = abstract_text(record(abstract=f"{'long words ' * 20}\n  A second one."))
    assert abstract.splitlines()[-1] == "  A second one."
    assert max(map(len, abstract.splitlines())) <= 82
