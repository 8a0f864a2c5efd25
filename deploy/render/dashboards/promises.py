"""What people are promised of papers, as more than one page shows it."""

from typing import NamedTuple

from render import objectives as goal
from render.dashboards.model import GREEN, RED, YELLOW, Query, Stat
from render.dashboards.queries import told, within


class Promise(NamedTuple):
    """How soon after its announcement a paper has come so far."""

    step: str
    metric: str
    seconds: int
    kept: str
    waits: str
    """Titles of the share that kept it, and of the paper that waits longest."""
    waiting: str
    """What that one is."""


SEARCHABLE = Promise(
    step="searchable",
    metric="paperbus_announce_to_searchable_seconds",
    seconds=goal.SEARCHABLE_S,
    kept="Searchable in 1 h",
    waits="Waits longest for search",
    waiting="Age of the announcement that is not yet found by search.",
)
DELIVERED = Promise(
    step="delivered",
    metric="paperbus_announce_to_delivered_seconds",
    seconds=goal.DELIVERED_S,
    kept="Told in 4 h",
    waits="Waits longest to be told",
    waiting="Age of the oldest announcement that somebody waits for.",
)


def complete(width: int) -> Stat:
    """Whether every announced paper is there."""
    return Stat(
        title="Complete",
        about="Share of the newest announcement day that is in the ledger; the worst source.",
        queries=(Query(f"min({told('paperbus_coverage_ratio', 'source')})"),),
        unit="percentunit",
        first=RED,
        steps=((0.98, YELLOW), (1, GREEN)),
        empty="no day yet",
        width=width,
        most=1,
    )


def kept(promise: Promise, about: str, *, empty: str, width: int = 4) -> Stat:
    """The share of papers for which it was kept."""
    return Stat(
        title=promise.kept,
        about=about,
        queries=(Query(within(promise.metric, promise.seconds, "24h")),),
        unit="percentunit",
        first=RED,
        steps=((0.9, YELLOW), (goal.FRESH_SHARE, GREEN)),
        empty=empty,
        width=width,
        most=1,
    )


def longest(promise: Promise) -> Stat:
    """How long the paper waits for which it has been open longest."""
    oldest = told("paperbus_paper_oldest_wait_seconds", where=f'step="{promise.step}"')
    return Stat(
        title=promise.waits,
        about=promise.waiting,
        queries=(Query(oldest),),
        unit="s",
        steps=((promise.seconds, YELLOW), (promise.seconds * goal.OLDEST_FACTOR, RED)),
    )
