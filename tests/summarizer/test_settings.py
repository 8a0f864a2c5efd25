"""Settings of the summarizer."""

import pytest

from common.errors import UsageError
from common.llm import Prices
from common.settings import Secret, load
from summarizer.settings import Settings, SummarizerSettings


def test_without_key_and_address_no_model_is_asked() -> None:
    own = load(Settings, {}).summarizer
    assert not own.asks_model


@pytest.mark.parametrize("name", ["OPENAI_BASE_URL", "OPENAI_API_BASE"])
def test_either_name_of_the_address_is_read(name: str) -> None:
    own = load(Settings, {name: "http://h/v1"}).summarizer
    assert own.base_url == "http://h/v1"
    assert own.asks_model


@pytest.mark.parametrize(
    ("name", "value"),
    [("SUMMARY_TEMPERATURE", "3"), ("SUMMARY_MAX_TOKENS", "many"), ("SUMMARY_WORKERS", "0")],
)
def test_a_wrong_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(Settings, {name: value})
    assert caught.value.field == name


def test_prices_set_here_are_those_of_the_model_set_here() -> None:
    own = SummarizerSettings(summary_model="mine", summary_price_output_usd_per_mtok=3)
    assert own.prices("mine") == Prices(0, 3)
    assert own.prices("gpt-4o-mini") == Prices(0.15, 0.60)
    assert own.prices("unknown") is None


def test_the_key_is_never_shown() -> None:
    assert "sk-1" not in repr(SummarizerSettings(openai_api_key=Secret("sk-1")))
