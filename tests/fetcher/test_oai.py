"""OAI-PMH answers, real ones."""

from pathlib import Path

import pytest

from common.xmltree import NotXml
from fetcher.oai import BadRequest, BadToken, parse_page

DATA = Path(__file__).parent / "data"


def page(name: str):  # type: ignore[no-untyped-def]
    return parse_page((DATA / name).read_bytes())


def test_all_versions_of_a_withdrawn_paper() -> None:
    found = page("oai_raw.xml")
    first = found.records[0]
    assert (first.paper, first.version, first.changed) == ("arxiv:2101.10016", 10, "2023-01-18")
    assert [v.version for v in first.meta.versions] == [1, 2, 10]
    assert first.meta.withdrawn
    assert first.meta.submitted == "2021-01-25T11:32:05Z"
    assert first.meta.updated == "2023-01-17T19:27:37Z"
    assert first.meta.announced == "2023-01-18"
    assert first.meta.categories[0] == "math.QA"
    assert first.meta.licence == "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
    assert first.meta.abstract.count("\n") == 1
    assert first.meta.title.endswith("theory, and the Kazhdan-Lusztig-Finkelberg theorem")


def test_tex_old_ids_and_affiliations() -> None:
    second = page("oai_raw.xml").records[1]
    assert (second.paper, second.version) == ("arxiv:hep-th/9901001", 2)
    assert second.meta.title == r"Fock space of $\mathbb{R}^n$ by Fr\'{e}d\'{e}ric"
    assert second.meta.authors == (r"Fr\'{e}d\'{e}ric Klopp", "Georgi Raikov Jr.", "A. Mikovic")
    assert second.meta.doi == "10.1016/s0550-3213(99)00001-0"
    assert not second.meta.withdrawn
    assert second.meta.announced == "1999-01-19"  # not the day of the bulk update
    assert second.meta.abs_url == "https://arxiv.org/abs/hep-th/9901001v2"


def test_the_rest_of_a_page() -> None:
    found = page("oai_raw.xml")
    assert found.token == "7012345|3001"
    assert found.answered == "2023-01-19T03:40:11Z"
    assert found.unreadable == ("oai:example.org:1",)


def test_the_split_format() -> None:
    only = page("oai_single.xml").records[0]
    assert only.paper == "arxiv:1401.2122"
    assert only.meta.authors == ("A. Sergyeyev",)
    assert (only.meta.submitted, only.meta.updated) == (
        "2014-01-09T00:00:00Z",
        "2017-10-23T00:00:00Z",
    )
    assert "(v5) the typos were fixed" in only.meta.comment
    assert len(page("oai_list.xml").records) == 3
    bare = page("oai_no_namespace.xml").records[0]
    assert bare.meta.authors[1] == "Herbert Van de Sompel"
    assert bare.meta.title == "Object Re-Use & Exchange: A Resource-Centric Approach"


def test_deleted_records_and_tokens() -> None:
    found = page("oai_deleted_and_token.xml")
    assert (len(found.records), len(found.deleted), found.token) == (0, 1, "ListRecords2.xml")


def test_nothing_matches_is_an_empty_page() -> None:
    assert page("oai_no_records.xml").records == ()


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("oai_bad_token.xml", BadToken, "This resumptionToken is invalid"),
        ("oai_bad_argument.xml", BadRequest, "badArgument"),
        ("rss_day.xml", NotXml, "<feed> without records"),
    ],
)
def test_errors(name: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        page(name)


def test_a_cut_answer() -> None:
    with pytest.raises(NotXml):
        parse_page((DATA / "oai_raw.xml").read_bytes()[:-200])
