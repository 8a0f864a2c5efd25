"""What is to be done for a paper: which model, from which text, under which recipe."""

from typing import Any

import msgspec
import pytest

from common.errors import Terminal
from common.events import PaperEmbedded, PaperMeta
from common.llm import estimate_tokens
from common.settings import Secret
from common.texts import PaperText, Passage, decode_text
from summarizer.plan import model_for, needs_text, plan
from summarizer.settings import SummarizerSettings

KEY = Secret("sk-x")


@pytest.fixture
def text(paper: PaperEmbedded, store: Any) -> PaperText:
    return decode_text(store.bodies[paper.text.key])


@pytest.mark.parametrize(
    ("asked", "settings", "model"),
    [
        ("", SummarizerSettings(), "extractive"),
        ("extractive", SummarizerSettings(), "extractive"),
        ("", SummarizerSettings(openai_api_key=KEY, summary_model="m1"), "m1"),
        ("m2", SummarizerSettings(openai_api_key=KEY, summary_model="m1"), "m2"),
        ("extractive", SummarizerSettings(openai_api_key=KEY), "extractive"),
        ("", SummarizerSettings(openai_base_url="http://local/v1", summary_model="m1"), "m1"),
        ("", SummarizerSettings(openai_api_base="http://local/v1", summary_model="m1"), "m1"),
    ],
)
def test_model_for(asked: str, settings: SummarizerSettings, model: str) -> None:
    assert model_for(asked, settings) == model


def test_a_model_without_an_endpoint() -> None:
    with pytest.raises(Terminal, match="m2 cannot be asked") as caught:
        model_for("m2", SummarizerSettings())
    assert caught.value.reason == "no_llm"


@pytest.mark.parametrize(
    ("full_text", "abstract", "needed"),
    [(True, "Yes.", True), (True, "", True), (False, "", True), (False, "Yes.", False)],
)
def test_needs_text(paper: PaperEmbedded, full_text: bool, abstract: str, needed: bool) -> None:
    meta = PaperMeta(title="T", abstract=abstract)
    event = msgspec.structs.replace(paper, full_text=full_text, meta=meta)
    assert needs_text(event) == needed


def test_an_extract_asks_nobody(
    paper: PaperEmbedded, text: PaperText, settings: SummarizerSettings
) -> None:
    todo = plan(paper, text, "extractive", settings=settings)
    assert todo.ask is None
    assert (todo.title, todo.abstract) == (paper.meta.title, paper.meta.abstract)
    assert [part[:12] for part in todo.closing] == ["Our analysis"]
    assert (todo.recipe.model, todo.recipe.temperature, todo.recipe.max_tokens) == (
        "extractive",
        None,
        0,
    )


def test_a_question_has_the_bounds_of_its_recipe(
    paper: PaperEmbedded, text: PaperText, settings: SummarizerSettings
) -> None:
    own = msgspec.structs.replace(settings, summary_temperature=0.7, summary_max_tokens=321)
    todo = plan(paper, text, "m1", settings=own)
    assert todo.ask is not None
    assert todo.closing == ()
    for bounds in (todo.ask, todo.recipe):
        assert (bounds.model, bounds.temperature, bounds.max_tokens) == ("m1", 0.7, 321)
    assert "We scale each layer." in todo.ask.user
    assert "[1] Somebody." not in todo.ask.user
    assert todo.ask.json_schema is not None


@pytest.mark.parametrize("model", ["extractive", "m1"])
@pytest.mark.parametrize(
    ("meta", "same"),
    [
        ({}, True),
        ({"authors": ("Somebody",), "comment": "v2", "feeds": ("ai",)}, True),
        ({"title": "Another title"}, False),
        ({"abstract": "Another abstract."}, False),
    ],
)
def test_the_recipe_changes_with_what_is_said_and_nothing_else(
    paper: PaperEmbedded,
    text: PaperText,
    settings: SummarizerSettings,
    model: str,
    meta: dict[str, Any],
    same: bool,
) -> None:
    changed = msgspec.structs.replace(
        paper, version=9, event_id="x", meta=msgspec.structs.replace(paper.meta, **meta)
    )
    digests = {
        plan(event, text, model, settings=settings).recipe.digest for event in (paper, changed)
    }
    assert (len(digests) == 1) == same


@pytest.mark.parametrize("model", ["extractive", "m1"])
def test_without_an_abstract_the_opening_takes_its_place(
    paper: PaperEmbedded, text: PaperText, settings: SummarizerSettings, model: str
) -> None:
    bare = msgspec.structs.replace(paper, meta=PaperMeta(title="T"))
    todo = plan(bare, text, model, settings=settings)
    assert todo.abstract.startswith("Networks are large. We scale each layer.")


def test_a_long_paper_is_cut_to_what_may_be_sent(
    paper: PaperEmbedded, text: PaperText, settings: SummarizerSettings
) -> None:
    many = tuple(Passage(no=n, text=f"Word {n} " * 100, section="2 Method") for n in range(99))
    own = msgspec.structs.replace(settings, summary_max_input_tokens=1000)
    todo = plan(paper, msgspec.structs.replace(text, passages=many), "m1", settings=own)
    empty = plan(paper, msgspec.structs.replace(text, passages=()), "m1", settings=own)
    assert todo.ask is not None
    assert empty.ask is not None
    assert "Word 0 " in todo.ask.user
    assert "Word 98 " not in todo.ask.user
    assert estimate_tokens(todo.ask.user) <= estimate_tokens(empty.ask.user) + 1000
