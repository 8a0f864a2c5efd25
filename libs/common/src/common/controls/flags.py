"""Every switch there is: what it holds back while it is off, and how.

A switch that ``pauses`` stops its durables on the server: their messages stay in the stream and are
worked on when it is on again. One that ``refuses`` is asked by the gateway, which then answers 503.
One that ``waits`` is asked by the service before each such piece of work, which waits for it.
"""

from typing import Literal

import msgspec

from common import chores, events
from common.errors import UsageError
from common.message import Message
from common.topology import Consumer


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """One switch; on unless somebody says otherwise."""

    name: str
    service: str
    how: Literal["pauses", "refuses", "waits"]
    text: str
    """What it lets happen, and what happens while it is off."""
    default: bool = True
    durables: tuple[type[Message], ...] = ()
    """The messages of the service that are held back on the server."""


FLAGS: tuple[Flag, ...] = (
    Flag(
        name="fetching",
        service="fetcher",
        how="pauses",
        text="Feeds are run and papers looked up; off: requests wait on the bus, folders are left.",
        durables=(events.FetchRequested, events.FetchAsked),
    ),
    Flag(
        name="downloading",
        service="fetcher",
        how="pauses",
        text="Announced papers get their PDF; off: they wait on the bus.",
        durables=(events.PaperAnnounced,),
    ),
    Flag(
        name="indexing",
        service="indexer",
        how="pauses",
        text="Papers are read and made searchable; off: they wait on the bus, search goes on.",
        durables=(events.PaperFetched, events.IndexRequested, events.SummaryReady),
    ),
    Flag(
        name="reconciling",
        service="indexer",
        how="pauses",
        text="Ledger, objects and index are compared and mended; off: the request waits.",
        durables=(events.ReconcileRequested,),
    ),
    Flag(
        name="summarising",
        service="summarizer",
        how="pauses",
        text="Papers are summarised; off: they wait on the bus, at no cost.",
        durables=(events.PaperEmbedded, events.SummaryRequested),
    ),
    Flag(
        name="paid-models",
        service="summarizer",
        how="waits",
        text="The model endpoint is asked; off: nothing is sent to it, and summaries wait.",
    ),
    Flag(
        name="notifying",
        service="notifier",
        how="pauses",
        text="New papers are matched with watches; off: they wait on the bus, retries go on.",
        durables=(events.PaperEmbedded, events.SummaryReady),
    ),
    Flag(
        name="mail",
        service="notifier",
        how="waits",
        text="Watches are told by mail; off: those deliveries are put off.",
    ),
    Flag(
        name="webhooks",
        service="notifier",
        how="waits",
        text="Watches are told by webhook; off: those deliveries are put off.",
    ),
    Flag(
        name="system-mail",
        service="notifier",
        how="pauses",
        text="Reports and notices are mailed; off: they wait on the bus.",
        durables=(chores.MailRequested,),
    ),
    Flag(
        name="accepting",
        service="gateway",
        how="refuses",
        text="People may ask for papers and start jobs; off: they are refused with 503.",
    ),
    Flag(
        name="search",
        service="gateway",
        how="refuses",
        text="Papers are found by words and meaning; off: a search is refused with 503.",
    ),
    Flag(
        name="similar",
        service="gateway",
        how="refuses",
        text="Papers near a paper are shown; off: refused with 503, the paper itself is shown.",
    ),
    Flag(
        name="recommending",
        service="gateway",
        how="refuses",
        text="People get papers they may like; off: refused with 503, their library stays.",
    ),
)

BY_NAME = {flag.name: flag for flag in FLAGS}


def flag_named(name: str) -> Flag:
    """The switch of that name; raises UsageError."""
    if name not in BY_NAME:
        raise UsageError("NAME", f"{name!r} is no switch; known are {', '.join(BY_NAME)}")
    return BY_NAME[name]


def pausing(consumer: Consumer) -> tuple[Flag, ...]:
    """The switches that hold back a durable."""
    return tuple(
        flag
        for flag in FLAGS
        if flag.service == consumer.service and consumer.event in flag.durables
    )
