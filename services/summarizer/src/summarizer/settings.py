"""Settings of the summarizer."""

from typing import Annotated

import msgspec
from msgspec import Meta

from common.errors import UsageError
from common.llm import Prices, prices_of
from common.settings import BusSettings, ObjectsSettings, RuntimeSettings, Secret


class SummarizerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Which model is asked and within what bounds."""

    openai_api_key: Secret = Secret()
    """Key of the endpoint. Without key and address summaries are extractive and cost nothing."""
    openai_base_url: str = ""
    """Any OpenAI-compatible endpoint, with /v1; empty means OpenAI itself."""
    openai_api_base: str = ""
    """Older name of OPENAI_BASE_URL, read when that is empty."""
    summary_model: Annotated[str, Meta(min_length=1, max_length=200)] = "gpt-4o-mini"
    """Name of the model as the endpoint knows it."""
    summary_temperature: Annotated[float, Meta(ge=0, le=2)] = 0.2
    """Randomness of the answer."""
    summary_max_tokens: Annotated[int, Meta(ge=100, le=32000)] = 900
    """Tokens an answer may have; a cut answer is asked for once more with twice as many."""
    summary_max_input_tokens: Annotated[int, Meta(ge=500, le=1_000_000)] = 6000
    """Tokens of paper text that are sent, by estimate."""
    summary_workers: Annotated[int, Meta(ge=1, le=64)] = 4
    """Papers summarised at once."""
    summary_connect_timeout_s: Annotated[float, Meta(gt=0, le=60)] = 5.0
    """How long the endpoint may take to accept a connection."""
    summary_read_timeout_s: Annotated[float, Meta(gt=0, le=580)] = 120.0
    """How long the endpoint may be silent before a call is given up (it may be billed)."""
    summary_price_input_usd_per_mtok: Annotated[float, Meta(ge=0)] = 0.0
    """US dollars per million tokens sent; 0 takes the built-in list price, if there is one."""
    summary_price_output_usd_per_mtok: Annotated[float, Meta(ge=0)] = 0.0
    """US dollars per million tokens answered; 0 takes the built-in list price, if there is one."""
    summary_budget_day_usd: Annotated[float, Meta(ge=0)] = 0.0
    """US dollars the endpoint may cost in a day (UTC); then summaries wait. 0 sets no limit."""
    summary_budget_month_usd: Annotated[float, Meta(ge=0)] = 0.0
    """US dollars the endpoint may cost in a month (UTC); then summaries wait. 0 sets no limit."""

    @property
    def has_budget(self) -> bool:
        """Whether a limit is set; raises UsageError for one that could never be reached."""
        if not (self.summary_budget_day_usd or self.summary_budget_month_usd):
            return False
        if self.asks_model and self.prices(self.summary_model) is None:
            raise UsageError(
                "SUMMARY_PRICE_INPUT_USD_PER_MTOK",
                f"is needed for a budget, as the price of {self.summary_model} is not known; "
                "set it and SUMMARY_PRICE_OUTPUT_USD_PER_MTOK",
            )
        return True

    @property
    def base_url(self) -> str:
        """The address by whichever name it was given."""
        return self.openai_base_url or self.openai_api_base

    @property
    def asks_model(self) -> bool:
        """Whether there is an endpoint to ask."""
        return bool(self.openai_api_key) or bool(self.base_url)

    def prices(self, model: str) -> Prices | None:
        """What tokens of ``model`` cost; the prices set here are those of SUMMARY_MODEL."""
        set_here = self.summary_price_input_usd_per_mtok or self.summary_price_output_usd_per_mtok
        if model == self.summary_model and set_here:
            return Prices(
                self.summary_price_input_usd_per_mtok, self.summary_price_output_usd_per_mtok
            )
        return prices_of(model)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All settings of the summarizer."""

    bus: BusSettings
    runtime: RuntimeSettings
    objects: ObjectsSettings
    summarizer: SummarizerSettings
