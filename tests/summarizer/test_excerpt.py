"""What part of a paper is shown within a budget."""

from common.texts import PaperText, Passage
from summarizer.excerpt import closing, excerpt, opening


def text_of(*passages: tuple[str, str]) -> PaperText:
    return PaperText(
        paper="p",
        version=1,
        extractor="t",
        passages=tuple(
            Passage(no=no, section=section, text=text)
            for no, (section, text) in enumerate(passages)
        ),
    )


PAPER = text_of(
    ("Abstract", "We win."),
    ("1 Introduction", "Intro " * 20),
    ("2 Method", "Method " * 20),
    ("2 Method", "Detail " * 20),
    ("6 Conclusions", "Concluding " * 10),
    ("References", "[1] Somebody"),
    ("Appendix A", "Proof"),
)


def test_all_fits_in_reading_order_without_what_nobody_needs() -> None:
    shown = excerpt("We win.", PAPER, 10_000)

    places = [shown.index(word) for word in ("We win", "Intro", "Method", "Detail", "Concluding")]
    assert places == sorted(places)
    assert shown.count("We win.") == 1
    assert shown.count("2 Method") == 1
    assert "Somebody" not in shown
    assert "Proof" not in shown


def test_introduction_and_conclusion_come_before_the_rest() -> None:
    shown = excerpt("We win.", PAPER, 85)

    assert "Intro" in shown
    assert "Concluding" in shown
    assert "Detail" not in shown


def test_an_enormous_abstract_is_cut_at_a_blank() -> None:
    shown = excerpt("word " * 1000, text_of(), 100)

    assert len(shown) <= 420
    assert shown.endswith("word")


def test_ends_of_a_paper() -> None:
    assert closing(PAPER) == ["Concluding " * 10]
    assert opening(PAPER).startswith("We win. Intro")
    assert opening(text_of()) == ""
