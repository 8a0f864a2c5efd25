import pytest

from common.errors import UsageError
from gateway import queries
from gateway.ports import Filters


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2401.00001", "arxiv:2401.00001"),
        ("arXiv:2401.00001v2", "arxiv:2401.00001"),
        ("https://arxiv.org/pdf/2401.00001v1.pdf", "arxiv:2401.00001"),
        ("hep-th/9901001", "arxiv:hep-th/9901001"),
        ("math.CA/0611800v2", "arxiv:math/0611800"),
        ("10.48550/arXiv.2401.00001", "arxiv:2401.00001"),
        ("doi:10.1000/xyz", "doi:10.1000/xyz"),
        ("oai:arXiv.org:2401.00001", "arxiv:2401.00001"),
    ],
)
def test_identifiers_are_recognised(text: str, key: str) -> None:
    found = queries.identifier(text)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("text", ["graph networks", "2401", "cs/LG", "https://example.org/x"])
def test_words_are_not_identifiers(text: str) -> None:
    assert queries.identifier(text) is None


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("category", {"category": ["cs LG"]}),
        ("category", {"category": ["../etc"]}),
        ("category", {"category": ["cs.LG"] * 51}),
        ("feed", {"feed": "../x"}),
        ("date_from", {"dates": ("2026-13-01", None)}),
        ("date_to", {"dates": (None, "yesterday")}),
        ("date_from", {"dates": ("2026-07-02", "2026-07-01")}),
    ],
)
def test_wrong_filters_name_their_field(field: str, given: dict[str, object]) -> None:
    with pytest.raises(UsageError) as told:
        queries.filters(**given)  # type: ignore[arg-type]
    assert told.value.field == field


def test_further_filters_leave_the_others_alone() -> None:
    found = queries.further(
        queries.filters(category=["cs.LG"], dates=("2020-06-01", None)),
        has_summary=True,
        licence=["cc-by, ,CC0", "none"],
        year=" 2020..2021 ",
    )
    assert found == Filters(
        categories=("cs.LG",),
        date_from="2020-06-01",
        date_to="2021-12-31",
        summarised=True,
        licences=("cc-by", "cc0", "none"),
    )


def test_a_query_keeps_its_places() -> None:
    assert queries.query(" graph\t\x00ti: \n") == " graph  ti:"
    with pytest.raises(UsageError, match=r"q: foo: is no field.*\(position 4\)"):
        queries.parsed(queries.query("\ta foo:b "))


def test_categories_come_repeated_or_with_commas() -> None:
    found = queries.filters(category=["cs.LG,stat.ML", "astro-ph.CO"])
    assert found.categories == ("cs.LG", "stat.ML", "astro-ph.CO")


@pytest.mark.parametrize("text", ["", "  ", "\x00", "x" * 5001])
def test_empty_and_endless_queries_are_refused(text: str) -> None:
    with pytest.raises(UsageError):
        queries.query(text)


def test_modes() -> None:
    assert queries.mode("keyword") == "keyword"
    with pytest.raises(UsageError, match="hybrid, keyword, semantic"):
        queries.mode("fuzzy")
