"""OAI-PMH over the recorded day: verbs, errors, shapes of the real answers."""

from collections.abc import Callable
from typing import Any

import pytest
from defusedxml import ElementTree

OAI = "{http://www.openarchives.org/OAI/2.0/}"
Ask = Callable[..., Any]


def error_of(root: Any) -> str | None:
    error = root.find(f"{OAI}error")
    return None if error is None else str(error.get("code"))


def test_identify(ask: Ask) -> None:
    identify = ask(verb="Identify").find(f"{OAI}Identify")
    said = {one.tag.removeprefix(OAI): one.text for one in identify}
    assert said["repositoryName"] == "arXiv"
    assert said["granularity"] == "YYYY-MM-DD"
    assert said["earliestDatestamp"] == "2026-06-17"
    assert said["baseURL"] == "http://localhost/oai"


def test_formats(ask: Ask) -> None:
    wanted = ["oai_dc", "arXiv", "arXivRaw"]
    for more in ({}, {"identifier": "oai:arXiv.org:2309.04645"}):
        root = ask(verb="ListMetadataFormats", **more)
        assert [one.text for one in root.iter(f"{OAI}metadataPrefix")] == wanted


def test_sets(ask: Ask) -> None:
    specs = {one.text for one in ask(verb="ListSets").iter(f"{OAI}setSpec")}
    assert {"cs", "cs:cs", "cs:cs:AI", "physics:hep-th", "physics:astro-ph:GA"} <= specs
    assert {"math:math:PR", "q-fin", "stat:stat:ML"} <= specs


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"verb": "Nix"}, "badVerb"),
        ({}, "badVerb"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "arXiv", "set": "cs:cs:XX"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "mods"}, "cannotDisseminateFormat"),
        (
            {
                "verb": "GetRecord",
                "metadataPrefix": "mods",
                "identifier": "oai:arXiv.org:2309.04645",
            },
            "cannotDisseminateFormat",
        ),
        *(
            ({"verb": "GetRecord", "metadataPrefix": "arXiv", "identifier": one}, "idDoesNotExist")
            for one in ("oai:arXiv.org:2309.99999", "2309.04645", "oai:arXiv.org:2309.04645v1")
        ),
        (
            {"verb": "ListMetadataFormats", "identifier": "oai:arXiv.org:2309.99999"},
            "idDoesNotExist",
        ),
        (
            {"verb": "ListRecords", "metadataPrefix": "arXiv", "from_": "2026-06-18"},
            "noRecordsMatch",
        ),
        ({"verb": "ListRecords", "resumptionToken": "nonsense"}, "badResumptionToken"),
        ({"verb": "ListSets", "resumptionToken": "nonsense"}, "badResumptionToken"),
    ],
)
def test_errors(ask: Ask, arguments: dict[str, str], code: str) -> None:
    root = ask(**arguments)
    assert error_of(root) == code
    attributes = root.find(f"{OAI}request").attrib
    assert bool(attributes) is (code not in {"badVerb", "badArgument"})


def test_the_error_answer_is_shaped_as_the_real_one(ask: Ask, real: Callable[[str], str]) -> None:
    theirs: Any = ElementTree.fromstring(real("oai_no_records_match.xml"))
    request = dict(theirs.find(f"{OAI}request").attrib)
    ours = ask(**request)
    assert [one.tag for one in ours.iter()] == [one.tag for one in theirs.iter()]
    assert ours.find(f"{OAI}request").attrib == request
    assert error_of(ours) == error_of(theirs)


def test_a_record_is_shaped_as_the_real_one(ask: Ask, real: Callable[[str], str]) -> None:
    theirs = ElementTree.fromstring(real("oai_arxiv_1401.2122.xml").encode())
    ours = ask(verb="GetRecord", metadataPrefix="arXiv", identifier="oai:arXiv.org:2309.04645")

    def shape(root: Any) -> set[str]:
        known = {one.tag for one in root.iter()}
        return {tag for tag in known if not tag.endswith(("}doi", "}journal-ref", "}msc-class"))}

    assert shape(ours) == shape(theirs)
    assert ours.find(f".//{OAI}datestamp").text == "2026-06-17"
