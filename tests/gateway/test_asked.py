"""Questions, made ready."""

import pytest

from common.errors import UsageError
from common.querying import QuerySyntaxError
from common.vectors.filters import Days, Filters, Words
from gateway import asked
from gateway.asked import Manner, Personal, is_text, own, question
from gateway.shelf.said import Said
from gateway.shelf.shelf import Shelf

SHELF = Shelf(
    [
        Said(paper="arxiv:1", opinion="like", tags=("Mine",)),
        Said(paper="arxiv:2", state="read", tags=("Mine", "theirs")),
        Said(paper="arxiv:3", state="reading"),
    ]
)


@pytest.mark.parametrize(
    ("text", "ranked", "wanted"),
    [
        ("graph networks", "graph networks", Filters()),
        (
            'graph "bag of words"',
            "graph bag of words",
            Filters(words=(Words(text="bag of words"),)),
        ),
        ("graph -survey", "graph", Filters(words=(Words(text="survey", excluded=True),))),
        ("cat:cs.lg year:2024", "", None),
        ("au:hinton", "", Filters(words=(Words(place="authors", text="hinton"),))),
        ("tag:mine graph", "graph", None),
        ("-tag:theirs graph", "graph", Filters(not_ids=("arxiv:2",))),
        ("-year:2020..2021 graph", "graph", None),
    ],
)
def test_what_ranks_and_what_narrows(text: str, ranked: str, wanted: Filters | None) -> None:
    found = question(text, shelf=SHELF)
    assert found.query.ranked == ranked
    if wanted is not None:
        assert found.wanted == wanted


def test_years_tags_and_categories_become_filters() -> None:
    found = question("cat:cs.lg year:2024 tag:MINE", shelf=SHELF).wanted
    assert (found.all_categories, found.date_from, found.date_to) == (
        ("cs.LG",),
        "2024-01-01",
        "2024-12-31",
    )
    assert set(found.ids or ()) == {"arxiv:1", "arxiv:2"}
    left_out = question("-year:2020..2021 graph").wanted
    assert left_out.not_days == (Days(first="2020-01-01", last="2021-12-31"),)


@pytest.mark.parametrize(
    ("text", "sort", "by_day"),
    [
        ("graph", "relevance", False),
        ("graph", "blend", False),
        ("graph", "newest", True),
        ("cat:cs.LG", "relevance", True),
        ("cat:cs.LG", "blend", True),
        ("ti:graph", "relevance", False),
        ("-graph", "relevance", True),
        ("cat:cs.LG graph", "relevance", False),
    ],
)
def test_which_order_it_has(text: str, sort: str, by_day: bool) -> None:
    assert question(text, Manner(sort=sort)).by_day is by_day


def test_papers_that_hold_all_words() -> None:
    found = question('the graph walks "of note" -survey cat:cs').holding
    assert found.words == (
        Words(text="of note"),
        Words(text="survey", excluded=True),
        Words(text="graph", phrase=False),
        Words(text="walks", phrase=False),
    ), "stop words are nearly everywhere"
    assert found.all_categories == ("cs",)


@pytest.mark.parametrize(
    ("text", "position", "length"),
    [
        ('graph "nets', 7, 1),
        ("graph ti: nets", 7, 3),
        ("  graph year:soon", 9, 9),
        ("graph OR nets", 7, 2),
        ("graph tag:none", 7, 8),
        ("x" * 1001, 1001, 1),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, position: int, length: int) -> None:
    with pytest.raises(QuerySyntaxError) as told:
        question(text, shelf=SHELF)
    assert (told.value.field, told.value.position, told.value.length) == ("q", position, length)


@pytest.mark.parametrize(
    ("text", "manner", "personal", "field"),
    [
        ("", Manner(), asked.ANY, "q"),
        (" \n", Manner(), asked.ANY, "q"),
        ("x" * 5001, Manner(plain=True), asked.ANY, "q"),
        ("x", Manner("fuzzy"), asked.ANY, "mode"),
        ("x", Manner(sort="oldest"), asked.ANY, "sort"),
        ("x", Manner(), Personal(tag="mine "), "tag"),
    ],
)
def test_mistakes(text: str, manner: Manner, personal: Personal, field: str) -> None:
    with pytest.raises(UsageError) as told:
        question(text, manner, personal=personal, shelf=SHELF)
    assert told.value.field == field


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('We ask: is -this a "query', True),
        ("ti: " + "word " * 60, False),
    ],
)
def test_a_text_is_words_as_they_are(text: str, plain: bool) -> None:
    found = question(text, Manner(plain=plain))
    assert found.query.ranked == " ".join(text.split())
    assert found.wanted == Filters()
    assert not found.by_day


@pytest.mark.parametrize(("words", "text"), [(50, False), (51, True)])
def test_what_is_longer_than_any_query_is_a_text(words: int, text: bool) -> None:
    assert is_text(" ".join(["word"] * words)) is text


@pytest.mark.parametrize(
    ("base", "personal", "ids", "not_ids"),
    [
        ((), Personal(), None, ()),
        ((), Personal(library=True), ("arxiv:1", "arxiv:2", "arxiv:3"), ()),
        ((), Personal(tag="Mine"), ("arxiv:1", "arxiv:2"), ()),
        ((), Personal(read=True), ("arxiv:2",), ()),
        ((), Personal(read=False), None, ("arxiv:2",)),
        ((), Personal(library=True, read=False), ("arxiv:1", "arxiv:2", "arxiv:3"), ("arxiv:2",)),
        (("arxiv:9",), Personal(read=False), None, ("arxiv:9", "arxiv:2")),
        ((), Personal(library=True, tag="theirs", read=True), ("arxiv:2",), ()),
    ],
)
def test_one_s_own_papers(
    base: tuple[str, ...],
    personal: Personal,
    ids: tuple[str, ...] | None,
    not_ids: tuple[str, ...],
) -> None:
    found = own(Filters(not_ids=base), personal, SHELF)
    assert (found.ids, found.not_ids) == (ids, not_ids)


def test_who_keeps_nothing_has_an_empty_library() -> None:
    assert own(Filters(), Personal(library=True), asked.NOBODY).ids == ()
    assert own(Filters(), Personal(read=True), asked.NOBODY).ids == ()
    assert own(Filters(), Personal(read=False), asked.NOBODY) == Filters()


def test_everything_that_shapes_the_list_names_it() -> None:
    keys = {
        question("graph", *rest, shelf=SHELF).key
        for rest in (
            (),
            (Manner("keyword"),),
            (Manner(sort="blend"),),
            (Manner(plain=True),),
            (Manner(), Filters(has_pdf=True)),
            (Manner(), Filters(), Personal(library=True)),
            (Manner(), Filters(), Personal(tag="Mine")),
            (Manner(), Filters(), Personal(read=False)),
        )
    }
    assert len(keys) == 8
    assert question("graph").key == question("graph", Manner(), Filters()).key
    assert question("graph").key != question("graphs").key
