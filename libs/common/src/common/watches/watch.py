"""The watch as the gateway stores it and the notifier reads it."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

Moment = Literal["summary", "embedded"]
Every = Literal["now", "day", "week"]


class Webhook(msgspec.Struct, frozen=True, kw_only=True, tag="webhook", tag_field="kind"):
    """Where signed messages are posted; its text form hides the secret and the path."""

    url: str
    secret: str
    """``whsec_`` and base64; several, separated by blanks, while one is being replaced."""

    @property
    def place(self) -> str:
        """The part of the address that may be shown: paths often hold a token."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname or ''}"

    def __repr__(self) -> str:
        return f"Webhook(url='{self.place}/…', secret='***')"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("url", f"{self.place}/…")]


class Mail(msgspec.Struct, frozen=True, kw_only=True, tag="mail", tag_field="kind"):
    """Who is written to."""

    address: str

    @property
    def place(self) -> str:
        """The address."""
        return self.address


class Filters(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Each one that is not empty must hold: one of its values has to fit."""

    categories: tuple[str, ...] = ()
    """``cs.LG``, or an archive such as ``cs``."""
    authors: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()


class Watch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A saved search; a paper is told to its owner once, by whichever version fits first."""

    id: str
    name: str
    channel: Webhook | Mail
    query: str = ""
    filters: Filters = Filters()
    min_score: Annotated[float, Meta(ge=0, le=1)] = 0.5
    on: Moment = "summary"
    """Told as soon as it can be found, or when its summary is there."""
    created: str = ""
    """RFC 3339 UTC; papers that came before are not told."""
    active: bool = True
    every: Every = "now"
    """Each paper at once, or those of a day or a week gathered into one mail, a digest."""
    hour: Annotated[int, Meta(ge=0, le=23)] = 7
    """When a digest is sent in its time zone; a weekly one on Mondays."""
    time_zone: str = "UTC"
    """As IANA names it, such as ``Europe/Berlin``."""
    empty: bool = False
    """Whether a digest comes also when nothing was gathered."""
    changed: str = ""
    """RFC 3339 UTC, when it was last changed; empty when it never was."""

    @property
    def gathers(self) -> bool:
        """Whether its papers are told together."""
        return self.every != "now" and isinstance(self.channel, Mail)
