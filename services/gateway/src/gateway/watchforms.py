"""Watches as people write them, and as they are shown."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from common.watches import Every, Filters, Watch, Webhook, in_words

Moment = Literal["summary", "embedded"]
Name = Annotated[str, Meta(min_length=1, max_length=100, examples=["Graph networks"])]
Query = Annotated[str, Meta(max_length=1000, examples=['"graph network" -survey cat:cs.LG'])]
Score = Annotated[float, Meta(ge=0, le=1)]
Hour = Annotated[int, Meta(ge=0, le=23, description="When a digest is sent, in its time zone")]
Zone = Annotated[
    str, Meta(min_length=1, max_length=60, description="IANA name", examples=["Europe/Berlin"])
]
Word = Annotated[str, Meta(max_length=100)]


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what people send; a misspelt field is refused."""


class WebhookAsked(Request, frozen=True, kw_only=True, tag="webhook", tag_field="kind"):
    """Post signed messages (Standard Webhooks) to this address."""

    url: Annotated[str, Meta(max_length=2000, examples=["https://example.org/hook"])]


class MailAsked(Request, frozen=True, kw_only=True, tag="mail", tag_field="kind"):
    """Write to this address."""

    address: Annotated[str, Meta(max_length=254, examples=["ada@example.org"])]


class FiltersAsked(Request, frozen=True, kw_only=True):
    """Each one that is not empty must hold."""

    categories: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()
    authors: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()
    feeds: Annotated[tuple[Word, ...], Meta(max_length=50)] = ()


class WatchCreate(Request, frozen=True, kw_only=True):
    """A new watch."""

    name: Name
    channel: WebhookAsked | MailAsked
    query: Query = ""
    filters: FiltersAsked = FiltersAsked()
    min_score: Score = 0.5
    on: Moment = "summary"
    every: Every = "now"
    """At once, or gathered into one mail a day, or a week on Mondays; webhooks tell at once."""
    hour: Hour = 7
    time_zone: Zone = "UTC"
    empty: bool = False
    """Whether a digest comes also when nothing was found."""


class WatchPatch(Request, frozen=True, kw_only=True):
    """What should change; everything else stays."""

    name: Name | UnsetType = UNSET
    channel: WebhookAsked | MailAsked | UnsetType = UNSET
    query: Query | UnsetType = UNSET
    filters: FiltersAsked | UnsetType = UNSET
    min_score: Score | UnsetType = UNSET
    on: Moment | UnsetType = UNSET
    every: Every | UnsetType = UNSET
    hour: Hour | UnsetType = UNSET
    time_zone: Zone | UnsetType = UNSET
    empty: bool | UnsetType = UNSET
    active: bool | UnsetType = UNSET


class ChannelView(msgspec.Struct, frozen=True, kw_only=True):
    """Where a watch tells; of a webhook only the host, as paths often hold a token."""

    kind: Literal["webhook", "mail"]
    place: str


class WatchView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A watch as it is shown."""

    id: str
    name: str
    channel: ChannelView
    query: str
    filters: Filters
    min_score: float
    on: Moment
    every: Every
    hour: int
    time_zone: str
    empty: bool
    tells: str
    """When it tells, in words: ``every day at 7 (Europe/Berlin)``."""
    created: str
    active: bool
    secret: str = ""
    """The signing secret of a webhook; told once, when it is made."""


class WatchList(msgspec.Struct, frozen=True, kw_only=True):
    """All watches, the newest first."""

    items: list[WatchView]


def view(watch: Watch, *, secret: str = "") -> WatchView:
    """The watch without what must not be shown."""
    kind: Literal["webhook", "mail"] = "webhook" if isinstance(watch.channel, Webhook) else "mail"
    return WatchView(
        id=watch.id,
        name=watch.name,
        channel=ChannelView(kind=kind, place=watch.channel.place),
        query=watch.query,
        filters=watch.filters,
        min_score=watch.min_score,
        on=watch.on,
        every=watch.every,
        hour=watch.hour,
        time_zone=watch.time_zone,
        empty=watch.empty,
        tells=in_words(watch.every, watch.hour, watch.time_zone),
        created=watch.created,
        active=watch.active,
        secret=secret,
    )
