"""A query becomes filters."""

import pytest

from common.querying import QuerySyntaxError, narrowed, parse
from common.vectors.filters import Days, Filters, Words

TAGS = {"to read": ("b", "a"), "Later": ("c",), "empty": ()}


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", Filters()),
        ("graph networks", Filters()),
        ("-the", Filters()),
        ("-survey", Filters(words=(Words(text="survey", excluded=True),))),
        ('"a b"', Filters(words=(Words(text="a b"),))),
        ('"the of"', Filters(words=(Words(text="the of"),))),
        ("ti:graph", Filters(words=(Words(place="title", text="graph"),))),
        ('-abs:"a b"', Filters(words=(Words(place="abstract", text="a b", excluded=True),))),
        ("au:G.Hinton", Filters(words=(Words(place="authors", text="G.Hinton"),))),
        ("cat:cs.lg cat:stat.*", Filters(all_categories=("cs.LG", "stat"))),
        (
            "-cat:CS feed:ai -feed:bio",
            Filters(not_categories=("cs",), all_feeds=("ai",), not_feeds=("bio",)),
        ),
        ("year:2024", Filters(date_from="2024-01-01", date_to="2024-12-31")),
        ("year:2020.. year:..2024", Filters(date_from="2020-01-01", date_to="2024-12-31")),
        ("-year:..2019", Filters(not_days=(Days(last="2019-12-31"),))),
        ("id:2401.00001v2", Filters(ids=("arxiv:2401.00001",))),
        ("id:2401.00001 id:2401.00002", Filters(ids=())),
        ("-id:2401.00001", Filters(not_ids=("arxiv:2401.00001",))),
        ("tag:later", Filters(ids=("c",))),
        ('tag:"To Read" tag:later', Filters(ids=())),
        ("tag:empty", Filters(ids=())),
        ("-tag:later -tag:empty", Filters(not_ids=("c",))),
    ],
)
def test_a_query_narrows(text: str, filters: Filters) -> None:
    assert narrowed(parse(text), Filters(), TAGS) == filters


def test_what_was_asked_before_stays() -> None:
    base = Filters(
        categories=("cs",), date_from="2020-06-01", ids=("c", "d"), not_ids=("x",), has_pdf=True
    )
    found = narrowed(parse("cat:cs.LG year:2020 tag:later -id:2401.00001"), base, TAGS)
    assert found == Filters(
        categories=("cs",),
        all_categories=("cs.LG",),
        date_from="2020-06-01",
        date_to="2020-12-31",
        ids=("c",),
        not_ids=("x", "arxiv:2401.00001"),
        has_pdf=True,
    )


@pytest.mark.parametrize(
    ("text", "tags", "says"),
    [
        ("x tag:nope", TAGS, "tag:nope is no tag; there are Later, empty, to read (position 3)"),
        ("-tag:nope", {}, "tag:nope is no tag; there are none yet (position 1)"),
        ("tag:z", {f"t{n:02}": () for n in range(12)}, "t08, t09 and 2 more (position 1)"),
        (
            "x year:2019",
            TAGS,
            "year:2019 leaves nothing of the other days asked for; leave one out (position 3)",
        ),
        ("year:2020 year:2021", TAGS, "(position 11)"),
    ],
)
def test_what_cannot_be_is_explained(
    text: str, tags: dict[str, tuple[str, ...]], says: str
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        narrowed(parse(text, "q"), Filters(date_from="2020-06-01"), tags, field="q")
    assert says in caught.value.message
    assert caught.value.field == "q"


@pytest.mark.parametrize("part", ["tag:nope", '-tag:"to be"', 'TAG:"a b"'])
def test_a_mistake_is_as_long_as_its_part(part: str) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        narrowed(parse(f"x {part} y"), Filters(), TAGS)
    assert (caught.value.position, caught.value.length) == (3, len(part))
