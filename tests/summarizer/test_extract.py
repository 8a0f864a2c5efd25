"""The extractive summary is the paper's own words, and says nothing where there is no cue."""

import pytest

from summarizer.extract import extract, score
from summarizer.sentences import sentences

TITLE = "Adaptive loss scaling for mixed precision training"
ABSTRACT = (
    "Mixed precision training is a practical technique. "
    "Unfortunately, existing methods make the loss scale a hyperparameter. "
    "In this paper, we propose adaptive loss scaling, which makes mixed precision training easier. "
    "Experiments show that our approach improves accuracy by 3.5% over the state of the art. "
    "The code is available."
)


def test_the_proposal_is_the_tldr_without_its_lead_in() -> None:
    draft = extract(TITLE, ABSTRACT)

    assert draft.tldr == (
        "We propose adaptive loss scaling, which makes mixed precision training easier."
    )
    assert draft.problem.startswith("Unfortunately")
    assert "3.5%" in draft.findings
    assert draft.limits == ""


def test_every_sentence_stands_in_the_paper() -> None:
    draft = extract(TITLE, ABSTRACT, ["We only consider images, and our data are small. Bye."])

    own = f"{ABSTRACT} We only consider images, and our data are small."
    for part in (draft.problem, draft.method, draft.findings, draft.limits):
        assert all(sentence in own for sentence in sentences(part))
    assert draft.limits == "We only consider images, and our data are small."


@pytest.mark.parametrize("abstract", ["", "   ", "\n"])
def test_without_text_the_title_is_all_there_is(abstract: str) -> None:
    draft = extract(TITLE, abstract)

    assert draft.tldr == TITLE
    assert not any((draft.problem, draft.method, draft.findings, draft.limits))


def test_nothing_is_invented_without_cues() -> None:
    draft = extract("On spaces", "Let X be a compact space. Every such X has a basis.")

    assert not any((draft.problem, draft.method, draft.findings, draft.limits))


def test_scores_keep_the_order_and_prefer_the_central_sentence() -> None:
    texts = ["Cats sleep.", "We study how loss scaling helps training.", "Loss scaling helps."]

    ranked = score("Loss scaling", texts)

    assert [one.text for one in ranked] == texts
    assert [one.position for one in ranked] == [0, 0.5, 1]
    assert max(ranked, key=lambda one: one.score).text != "Cats sleep."
