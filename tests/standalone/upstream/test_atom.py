"""Atom answers, byte by byte as arXiv's real ones."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from defusedxml import ElementTree

from standalone.upstream.api import answer_api
from standalone.upstream.api_request import parse_request
from standalone.upstream.atom import shown_query
from standalone.upstream.records import Record, StatedVersion
from standalone.upstream.store import Store

ATOM = "{http://www.w3.org/2005/Atom}"


def moment_of(feed: str) -> datetime:
    found = re.search("<updated>(.*?)Z</updated>", feed)
    assert found
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC)


def test_a_paper_is_written_as_the_real_one(real: Callable[[str], str]) -> None:
    theirs = real("api_2104.12255v1.200.xml")
    entry: Any = ElementTree.fromstring(theirs.encode()).find(f"{ATOM}entry")
    record = Record(
        id="2104.12255",
        title=entry.findtext(f"{ATOM}title"),
        authors=[entry.findtext(f"{ATOM}author/{ATOM}name")],
        categories=["cs.CR"],
        abstract=entry.findtext(f"{ATOM}summary"),
        seen="2021-04-27",
        versions=[StatedVersion(version=1, at="2021-04-20T16:07:14Z")],
    )
    pairs = [("id_list", "2104.12255v1"), ("max_results", "100")]
    status, ours = answer_api(pairs, Store([record]), now=moment_of(theirs))
    assert status == 200
    digest = re.compile("<id>https://arxiv.org/api/[A-Za-z0-9+/]{27}</id>")
    assert digest.sub("", ours) == digest.sub("", theirs)


def test_an_error_is_written_as_the_real_one(real: Callable[[str], str], day: Store) -> None:
    theirs = real("api_incorrect_id.400.xml")
    assert answer_api([("id_list", "abc")], day, now=moment_of(theirs)) == (400, theirs)


def test_everything_a_record_may_carry_is_told(record: Callable[..., Record]) -> None:
    store = Store(
        [record(comment="C <&>", doi="10.1/x", journal_ref="J", title="$a < b$ & Ünïcode")]
    )
    _, feed = answer_api([("id_list", "2606.00001")], store, now=datetime.now(UTC))
    entry: Any = ElementTree.fromstring(feed.encode()).find(f"{ATOM}entry")
    said = {one.tag.rpartition("}")[2]: one.text for one in entry}
    assert said["title"] == "$a < b$ & Ünïcode"
    assert (said["comment"], said["doi"], said["journal_ref"]) == ("C <&>", "10.1/x", "J")
    assert [one.get("title") for one in entry.iter(f"{ATOM}link")] == [None, "pdf", "doi"]


@pytest.mark.parametrize(
    ("query", "shown"), [("testing", "all:testing"), ("ti:a AND b", "ti:a AND b"), ("", "")]
)
def test_a_bare_word_is_shown_as_for_all_fields(query: str, shown: str) -> None:
    assert shown_query(parse_request([("search_query", query)])) == shown
