"""Lines to passages."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from common.reading.passages import PASSAGE_WORDS, cut
from common.reading.sections import Line


def sentence(n: int, words: int = 20) -> str:
    return f"Sentence {n} " + "word " * (words - 3) + "ends."


def lines(count: int, *, page: int = 1, section: str = "1 Introduction") -> list[Line]:
    return [Line(sentence(n), page, section) for n in range(count)]


def test_passages_are_of_even_size_and_overlap_by_a_sentence() -> None:
    found = cut(lines(30), most=99)
    sizes = [len(passage.text.split()) for passage in found]
    assert max(sizes) <= PASSAGE_WORDS
    assert min(sizes[:-1]) > PASSAGE_WORDS // 2
    for before, after in pairwise(found):
        last = re.findall(r"Sentence \d+", before.text)[-1]
        assert after.text.startswith(last)
    assert [passage.no for passage in found] == list(range(len(found)))


def test_no_passage_goes_over_a_section() -> None:
    found = cut([*lines(3), *lines(3, section="2 Methods")], most=99)
    assert [passage.section for passage in found] == ["1 Introduction", "2 Methods"]


def test_a_sentence_over_a_page_stays_where_it_began() -> None:
    body = [
        Line("First sentence is here and has twenty words or so to be long enough to be", 1, ""),
        Line("kept alone on its page. It goes on", 1, ""),
        Line("over to the next page. " + sentence(7, 25), 2, ""),
    ]
    found = cut(body, most=99)
    assert [(passage.page, passage.text[-9:]) for passage in found] == [
        (1, "ext page."),
        (2, "ord ends."),
    ]
    assert found[0].text.endswith("It goes on over to the next page.")


def test_at_most_so_many() -> None:
    assert len(cut(lines(300), most=4)) == 4


def test_abbreviations_do_not_end_a_sentence() -> None:
    body = [Line("As shown by Smith et al. The cat in Fig. 3 of Dr. No sat. " + sentence(1), 1, "")]
    assert "et al. The cat in Fig. 3 of Dr. No sat." in cut(body, most=9)[0].text


def test_a_table_without_any_sentence_is_broken() -> None:
    found = cut([Line("12.5 ± 0.3 " * 300, 1, "")], most=99)
    assert len(found) > 3
    assert max(len(passage.text.split()) for passage in found) <= PASSAGE_WORDS


texts = st.text(alphabet="ab .!?A\n(1)", max_size=300)


@given(
    st.lists(st.tuples(texts, st.integers(1, 5), st.sampled_from(["", "1 A", "2 B"])), max_size=20)
)
def test_no_word_is_lost(parts: list[tuple[str, int, str]]) -> None:
    body = [Line(*part) for part in sorted(parts, key=lambda part: part[1]) if part[0].strip()]
    found = cut(body, most=10_000)
    kept = set(" ".join(passage.text for passage in found).split())
    assert set(" ".join(line.text for line in body).split()) <= kept
