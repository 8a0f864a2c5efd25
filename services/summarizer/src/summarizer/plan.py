"""What has to be done for one paper: its recipe, and the question if a model is asked."""

from typing import NamedTuple

from common.errors import Terminal
from common.events import PaperEmbedded
from common.llm import Ask
from common.texts import PaperText
from summarizer import answer, excerpt, prompt
from summarizer.recipe import EXTRACTIVE, EXTRACTOR_VERSION, Recipe, text_sha256
from summarizer.settings import SummarizerSettings


class Plan(NamedTuple):
    """A recipe with either the texts to extract from or the question to ask."""

    recipe: Recipe
    title: str
    abstract: str
    closing: tuple[str, ...]
    ask: Ask | None


def model_for(asked: str, settings: SummarizerSettings) -> str:
    """The model to use; raises Terminal when one was asked for and there is no endpoint."""
    if asked and asked != EXTRACTIVE and not settings.asks_model:
        raise Terminal(f"no OPENAI_API_KEY is set, so {asked} cannot be asked", reason="no_llm")
    return asked or (settings.summary_model if settings.asks_model else EXTRACTIVE)


def needs_text(event: PaperEmbedded) -> bool:
    """Whether there is more to read than the metadata hold."""
    return event.full_text or not event.meta.abstract


def plan(
    event: PaperEmbedded, text: PaperText, model: str, *, settings: SummarizerSettings
) -> Plan:
    """The plan for a paper whose ``text`` may have no passages."""
    abstract = event.meta.abstract or excerpt.opening(text)
    if model == EXTRACTIVE:
        closing = tuple(excerpt.closing(text))
        recipe = Recipe(
            paper=event.paper,
            text_sha256=text_sha256(event.meta.title, abstract, *closing),
            prompt_version=f"extract-{EXTRACTOR_VERSION}",
            model=EXTRACTIVE,
        )
        return Plan(recipe, event.meta.title, abstract, closing, None)
    shown = excerpt.excerpt(abstract, text, settings.summary_max_input_tokens)
    question = prompt.build(event.meta.title, shown)
    recipe = Recipe(
        paper=event.paper,
        text_sha256=text_sha256(question.user),
        prompt_version=prompt.PROMPT_VERSION,
        model=model,
        temperature=settings.summary_temperature,
        max_tokens=settings.summary_max_tokens,
    )
    ask = Ask(
        model=model,
        system=question.system,
        user=question.user,
        max_tokens=settings.summary_max_tokens,
        temperature=settings.summary_temperature,
        json_schema=answer.schema(),
    )
    return Plan(recipe, event.meta.title, abstract, (), ask)
