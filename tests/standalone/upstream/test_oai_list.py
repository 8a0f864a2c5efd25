"""OAI-PMH lists over the recorded day: sets, dates, resumption without gap or repeat, expiry."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from standalone.upstream.oai_list import Harvest
from standalone.upstream.records import Record
from standalone.upstream.store import Store

OAI = "{http://www.openarchives.org/OAI/2.0/}"
Ask = Callable[..., Any]


def identifiers(root: Any) -> list[str]:
    return [one.text for one in root.iter(f"{OAI}identifier")]


def error_of(root: Any) -> str | None:
    error = root.find(f"{OAI}error")
    return None if error is None else str(error.get("code"))


@pytest.mark.parametrize("prefix", ["oai_dc", "arXiv", "arXivRaw"])
@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_the_whole_day_without_gap_or_repeat(ask: Ask, day: Store, verb: str, prefix: str) -> None:
    root = ask(verb=verb, metadataPrefix=prefix)
    seen, cursors = identifiers(root), []
    while (token := root.find(f".//{OAI}resumptionToken")) is not None:
        cursors.append(int(token.get("cursor")))
        assert token.get("completeListSize") == str(len(day.listed))
        if not token.text:
            break
        assert token.get("expirationDate") == "2026-06-18T12:40:00Z"
        root = ask(verb=verb, resumptionToken=token.text)
        seen += identifiers(root)
    assert cursors == list(range(0, len(day.listed), 50))
    assert seen == [f"oai:arXiv.org:{one.record.id}" for one in day.listed]


def test_a_list_that_fits_a_page_has_no_token(ask: Ask) -> None:
    root = ask(verb="ListIdentifiers", metadataPrefix="arXiv", set="q-fin")
    assert root.find(f".//{OAI}resumptionToken") is None


def test_papers_announced_meanwhile_make_neither_gap_nor_repeat(
    ask: Ask, harvest: Harvest, record: Callable[..., Record]
) -> None:
    store = Store([record(id=f"2606.0000{number}") for number in range(1, 7)])
    moving = msgspec.structs.replace(harvest, store=store, page_size=3)
    first = ask(moving, verb="ListIdentifiers", metadataPrefix="arXiv")
    store.announce([record(id="2605.00001"), record(id="2606.00005", seen="2026-06-18")])
    token = first.find(f".//{OAI}resumptionToken").text
    second = ask(moving, verb="ListIdentifiers", resumptionToken=token)
    seen = Counter(identifiers(first) + identifiers(second))
    assert seen == Counter({f"oai:arXiv.org:2606.0000{number}": 1 for number in range(1, 7)})


@pytest.mark.parametrize(
    ("spec", "categories"),
    [
        ("cs", "cs."),
        ("cs:cs", "cs."),
        ("cs:cs:AI", "cs.AI"),
        ("q-fin", "q-fin."),
        ("physics", ("physics.", "astro-ph.", "cond-mat.", "quant-ph", "math-ph", "nlin.")),
        ("math:math:PR", "math.PR"),
    ],
)
def test_set_filter_takes_cross_lists_too(
    ask: Ask, day: Store, harvest: Harvest, spec: str, categories: str | tuple[str, ...]
) -> None:
    whole = msgspec.structs.replace(harvest, page_size=1000)
    found = identifiers(ask(whole, verb="ListIdentifiers", metadataPrefix="arXiv", set=spec))
    wanted = [
        f"oai:arXiv.org:{paper.record.id}"
        for paper in day.listed
        if any(one.startswith(categories) for one in paper.record.categories)
    ]
    assert found == wanted
    assert wanted


@pytest.mark.parametrize(
    ("span", "count"),
    [
        ({"from_": "2026-06-17"}, 2),
        ({"from_": "2026-06-18"}, 1),
        ({"until": "2026-06-17"}, 2),
        ({"from_": "2026-06-16", "until": "2026-06-16"}, 1),
        ({}, 3),
    ],
)
def test_dates(
    ask: Ask, harvest: Harvest, record: Callable[..., Record], span: dict[str, str], count: int
) -> None:
    days = ["2026-06-16", "2026-06-17", "2026-06-18"]
    records = [record(id=f"2606.0000{n}", seen=day) for n, day in enumerate(days, 1)]
    three = msgspec.structs.replace(harvest, store=Store(records))
    assert (
        len(identifiers(ask(three, verb="ListIdentifiers", metadataPrefix="arXiv", **span)))
        == count
    )


@pytest.mark.parametrize("change", [{"now": 1_781_700_000.0 + 86400.0}, {"tokens_lapsed": True}])
def test_tokens_expire(ask: Ask, harvest: Harvest, change: dict[str, Any]) -> None:
    first = ask(verb="ListRecords", metadataPrefix="arXiv")
    token = first.find(f".//{OAI}resumptionToken").text
    later = msgspec.structs.replace(harvest, **change)
    assert error_of(ask(later, verb="ListRecords", resumptionToken=token)) == "badResumptionToken"
    assert error_of(ask(verb="ListRecords", resumptionToken=token)) is None
