"""What is told: one paper that fits one watch."""

import re
from typing import NamedTuple, Protocol

from common.events import PaperEmbedded, PaperMeta, SummaryReady
from common.paperid import to_token
from common.watches import Watch

Known = PaperEmbedded | SummaryReady


class Telling(NamedTuple):
    """All that a message is made of; the same at every try."""

    id: str
    watch: Watch
    event: Known
    score: float
    hits: tuple[str, ...]
    public_url: str = ""

    @property
    def meta(self) -> PaperMeta:
        """What the source says about the paper."""
        return self.event.meta

    @property
    def tldr(self) -> str:
        """One sentence, empty before there is a summary."""
        return self.event.tldr if isinstance(self.event, SummaryReady) else ""

    @property
    def link(self) -> str:
        """Where to read on: our page when people can reach it, else the source's."""
        if self.public_url:
            return f"{self.public_url.rstrip('/')}/paper/{to_token(self.event.paper)}"
        return self.meta.abs_url

    @property
    def watch_link(self) -> str:
        """Where the watch can be changed or ended; empty without PUBLIC_URL."""
        return watch_link(self.watch, self.public_url)


class Outcome(NamedTuple):
    """How a try ended."""

    state: str
    """sent · retry · failed · gone (410) · unknown · lost (somebody else has it now)"""
    code: int = 0
    said: str = ""
    retry_after_s: float | None = None
    down: str = ""
    """The place that does not take anything now, such as the mail server."""


class Handing(Protocol):
    """Writes down that the message is about to be handed over."""

    async def __call__(self) -> bool:
        """False when somebody else has taken the delivery over."""
        ...


class Channel(Protocol):
    """One way to tell somebody; raises nothing that it expects."""

    def places(self, watch: Watch) -> tuple[str, ...]:
        """What has to be up for it to work."""
        ...

    async def send(self, telling: Telling, handing: Handing) -> Outcome:
        """One try."""
        ...


def watch_link(watch: Watch, public_url: str) -> str:
    """Where a watch can be changed or ended; empty when people cannot reach the page."""
    return f"{public_url.rstrip('/')}/watches#{watch.id}" if public_url else ""


def one_line(text: str, limit: int = 200) -> str:
    """The text without line breaks and control characters, cut with an ellipsis."""
    flat = re.sub(r"\s+", " ", "".join(c if c.isprintable() else " " for c in text)).strip()
    return flat if len(flat) <= limit else f"{flat[: limit - 1].rstrip()}…"
