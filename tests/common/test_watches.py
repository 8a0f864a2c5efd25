"""Watches: query, match, check, and the stored shapes."""

import msgspec
import pytest

from common.errors import UsageError
from common.events import PaperMeta
from common.watches import (
    Filters,
    Mail,
    Watch,
    Webhook,
    check,
    check_address,
    match,
    open_key,
    parse,
    record_key,
)

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
META = PaperMeta(
    title="Zero-shot graph neural networks for $O(n)$ molecules",
    abstract="We train networks. Networks of transformers predict energies; networks win.",
    authors=("José García Márquez", "Ada Lovelace"),
    categories=("cs.LG", "physics.chem-ph"),
    feeds=("ai-scholar",),
    announced="2024-01-15",
)


def watch(query: str = "", **fields: object) -> Watch:
    known = {"id": "w1", "name": "graphs", "channel": Mail(address="a@example.org")}
    return Watch(**{**known, "query": query, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "fits", "score"),
    [
        ("graph", True, 1.0),
        ("GRAPHS molecule", True, 1.0),
        ("transformer", True, 0.6),
        ("graph transformer", True, 0.8),
        ("graph banana", True, 0.5),
        ("graph banana apple", False, 0.3333),
        ("banana", False, 0.0),
        ('"graph neural network"', True, 1.0),
        ('"neural graph"', False, 0.0),
        ("zero-shot", True, 1.0),
        ('"zero shot graph"', True, 1.0),
        ("graph -transformer", False, 0.0),
        ('graph -"neural network"', False, 0.0),
        ("graph -banana", True, 1.0),
        ("graph -cat:cs.CV", True, 1.0),
        ("graph -cat:cs", False, 0.0),
        ("ti:graph", True, 1.0),
        ("ti:transformer graph", False, 0.0),
        ("abs:transformer", True, 0.6),
        ("abs:network", True, 0.8),
        ("au:garcia", True, 1.0),
        ('au:"J. Garcia Marquez"', True, 1.0),
        ('au:"Ada Turing"', False, 0.0),
        ("cat:physics", True, 1.0),
        ("cat:cs.lg", True, 1.0),
        ("cat:cs.L", False, 0.0),
        ("feed:ai-scholar", True, 1.0),
        ("graph feed:bio", False, 0.0),
        ("year:2024 graph", True, 1.0),
        ("year:..2023", False, 0.0),
        ("graph -year:2024", False, 0.0),
        ("id:2401.00001v3", True, 1.0),
        ("id:2401.00002", False, 0.0),
        ("au:j", True, 1.0),
        ("au:jose", True, 1.0),
        ("au:jackson", False, 0.0),
        ('"networks of transformers"', True, 0.6),
        ('"networks transformers"', False, 0.0),
        ("the graph of", True, 1.0),
        ("graph -the", True, 1.0),
        ("", True, 1.0),
    ],
)
def test_a_query_is_scored_by_where_its_parts_occur(query: str, fits: bool, score: float) -> None:
    found = match(watch(query), META, "arxiv:2401.00001")

    assert (found.fits, found.score if query else 1.0) == (fits, score)
    assert bool(found.reason) is not fits


def test_a_match_says_what_was_found_where() -> None:
    found = match(watch('network "graph neural"'), META)

    places = [(hit.text, hit.place, hit.count) for hit in found.hits]
    assert places == [
        ("network", "title", 1),
        ("network", "abstract", 3),
        ("graph neural", "title", 1),
    ]


@pytest.mark.parametrize(
    ("filters", "fits"),
    [
        (Filters(categories=("cs.CV", "cs.LG")), True),
        (Filters(categories=("math",)), False),
        (Filters(authors=("lovelace",)), True),
        (Filters(authors=("A. Lovelace",)), True),
        (Filters(authors=("B. Lovelace",)), False),
        (Filters(feeds=("quant-scholar",)), False),
        (Filters(feeds=("ai-scholar",), categories=("cs",)), True),
    ],
)
def test_every_filter_must_hold(filters: Filters, fits: bool) -> None:
    assert match(watch("graph", filters=filters), META).fits is fits


def test_the_least_score_decides() -> None:
    assert match(watch("transformer", min_score=0.6), META).fits
    assert "under 0.61" in match(watch("transformer", min_score=0.61), META).reason


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ('graph "neural', 'not closed; write it like "graph network" (position 7)'),
        ("graph xx:word", "xx: is no field; use ti: au: abs: cat: id: year: feed: tag:"),
        ('graph "" x', "nothing between the quotation marks (position 7)"),
        ("graph ti:", "ti: is followed by nothing (position 7)"),
        ("graph -", "- is followed by nothing (position 7)"),
        ('"a b"c', "a blank is missing here (position 6)"),
        ("the of and", "nothing to look for"),
        ("-graph", "nothing to look for"),
        (
            "x tag:later",
            "tag: is for searches: a new paper has no tags yet; leave it out (position 3)",
        ),
        ("x" * 1001, "1001 characters"),
        ("word " * 51, "51 parts"),
    ],
)
def test_a_wrong_query_names_the_position(query: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(query)

    assert caught.value.field == "query"
    assert says in caught.value.message


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"query": ""}, "query"),
        ({"query": '"open'}, "query"),
        ({"min_score": 1.5}, "min_score"),
        ({"channel": Mail(address="Ada <a@b.org>")}, "channel.address"),
        ({"channel": Webhook(url="ftp://h/x", secret=SECRET)}, "channel.url"),
        ({"channel": Webhook(url="https:///x", secret=SECRET)}, "channel.url"),
        ({"channel": Webhook(url="https://u:p@h/", secret=SECRET)}, "channel.url"),
        ({"channel": Webhook(url="https://h:99999/", secret=SECRET)}, "channel.url"),
        ({"channel": Webhook(url="https://h/", secret="plain")}, "channel.secret"),
        ({"channel": Webhook(url="https://h/", secret="whsec_c2hvcnQ=")}, "channel.secret"),
        ({"channel": Webhook(url="https://h/", secret="")}, "channel.secret"),
    ],
)
def test_a_watch_that_cannot_work_is_refused(change: dict[str, object], field: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(watch(**{"query": "graph", **change}))  # type: ignore[arg-type]

    assert caught.value.field == field
    assert SECRET not in str(caught.value)


def test_good_watches_pass() -> None:
    check(watch("graph"))
    check(watch("", filters=Filters(categories=("cs.LG",))))
    check(watch("graph", channel=Webhook(url="https://h/x?y", secret=f"{SECRET} {SECRET}")))


@pytest.mark.parametrize(
    "address",
    [
        *("", "a", "a@", "@b", "a@b\r\nBcc: c@d", "a b@c.org", "a@b,c@d", "ä@b.org", "a@b.org\n"),
        *("a..b@c.org", "a@-b.org", "a" * 65 + "@b.org", '"q"@b.org', "a@[127.0.0.1]"),
    ],
)
def test_only_one_plain_address_passes(address: str) -> None:
    with pytest.raises(UsageError):
        check_address(address)


def test_the_stored_form_keeps_the_secret_and_the_shown_one_hides_it() -> None:
    hook = watch("graph", channel=Webhook(url="https://h.org/T0/SECRETPATH", secret=SECRET))

    stored = msgspec.json.encode(hook)

    assert msgspec.json.decode(stored, type=Watch) == hook
    for shown in (repr(hook), str(hook), f"{hook.channel}"):
        assert SECRET not in shown
        assert "SECRETPATH" not in shown
    assert hook.channel.place == "https://h.org"


def test_keys_hold_any_id() -> None:
    assert record_key("w 1", "arxiv:2401.00001", "summary") == (
        "told.w=201.arxiv=3A2401=2E00001.summary"
    )
    assert open_key("w", "p", "embedded") == "open.w.p.embedded"
