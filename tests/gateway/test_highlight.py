from hypothesis import given
from hypothesis import strategies as st

from gateway.highlight import SNIPPET_CHARS, snippet, stems


def test_words_and_their_forms_are_marked() -> None:
    parts = snippet("Graph networks learn; a network of graphs.", stems("graph network"))
    assert [p.text for p in parts if p.marked] == ["Graph", "networks", "network", "graphs"]


def test_the_window_goes_where_the_matches_are() -> None:
    text = "filler words here " * 60 + "the needle is sharp " + "more filler " * 60
    parts = snippet(text, stems("needle sharp"))
    assert [p.text for p in parts if p.marked] == ["needle", "sharp"]
    assert parts[0].text == "… "
    assert parts[-1].text.endswith("…")


def test_stop_words_are_not_marked() -> None:
    assert stems("the of and") == frozenset()


@given(st.text(max_size=2000), st.text(max_size=60))
def test_a_snippet_is_a_piece_of_the_text(text: str, query: str) -> None:
    parts = snippet(text, stems(query))
    shown = "".join(p.text for p in parts).removeprefix("… ").removesuffix(" …")
    assert shown in " ".join(text.split())
    assert len(shown) <= SNIPPET_CHARS + 60
